"""Identifiers: reads, normalises and judges what names a person or a device.

Useful alone, as a library: nothing here knows of a database or of the rest of passerelle.
"""

from passerelle.identifiers.birth_dates import are_compatible_birth_dates
from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.email_domains import EmailProposal, propose_email
from passerelle.identifiers.first_names import are_compatible_first_names
from passerelle.identifiers.identifier_type import (
    REFUSALS,
    Example,
    IdentifierType,
    Judgement,
    NormalizedColumn,
    ParseContext,
    Parsed,
    Reading,
    Refused,
)
from passerelle.identifiers.identifier_values import (
    Recognition,
    get_identifier_type,
    id_texts,
    judge_identifier,
    load_identifier_types,
    normalize_column,
    parse_identifier,
    recognise,
)
from passerelle.identifiers.name_bearers import first_name_table, first_name_variants
from passerelle.identifiers.name_keys import (
    first_name_key,
    first_name_keys,
    last_name_key,
    last_name_keys,
)
from passerelle.identifiers.name_order import swap_probability
from passerelle.identifiers.person_names import (
    PersonName,
    display_name,
    find_title,
    parse_full_name,
    parse_name_parts,
)
from passerelle.identifiers.phone_facts import PhoneFacts, are_fiction, describe_phone
from passerelle.identifiers.phone_plan import region_of_postcode
from passerelle.identifiers.phonetics import phonetic_code, phonetic_codes, sound
from passerelle.identifiers.platform_forms import (
    PLATFORMS,
    PlatformForm,
    platform_email,
    platform_phone,
)
from passerelle.identifiers.sexes_of_names import SexGuess, guess_sex

__all__ = [
    "PLATFORMS",
    "REFUSALS",
    "EmailProposal",
    "Example",
    "IdentifierType",
    "Judgement",
    "NormalizedColumn",
    "ParseContext",
    "Parsed",
    "PersonName",
    "PhoneFacts",
    "PlatformForm",
    "Reading",
    "Recognition",
    "Refused",
    "SexGuess",
    "are_compatible_birth_dates",
    "are_compatible_first_names",
    "are_fiction",
    "describe_phone",
    "display_name",
    "find_title",
    "first_name_key",
    "first_name_keys",
    "first_name_table",
    "first_name_variants",
    "get_identifier_type",
    "guess_sex",
    "id_texts",
    "judge_identifier",
    "last_name_key",
    "last_name_keys",
    "load_identifier_types",
    "normalize_column",
    "parse_full_name",
    "parse_identifier",
    "parse_name_parts",
    "phonetic_code",
    "phonetic_codes",
    "platform_email",
    "platform_phone",
    "propose_email",
    "recognise",
    "region_of_postcode",
    "sound",
    "stands_for_nothing",
    "swap_probability",
]
