"""From what somebody typed to the subject that a consent is about."""

from __future__ import annotations

from passerelle.consent.channels import CHANNELS
from passerelle.identifiers import Parsed, id_texts, parse_identifier
from passerelle.kernel import IdentifierKeys, InvalidInput
from passerelle.kernel.language import _

SUBJECT_TYPES = tuple(
    sorted({each for channel in CHANNELS.values() for each in channel.subject_types})
)
"""Types of identifiers that a permission is given for."""


def find_subject_id(type_name: str, raw: str, keys: IdentifierKeys) -> int:
    """The id of the identifier that a text names, whether it is known yet or not.

    A record is named by its source and key: `crm:4711`.

    Raises:
        InvalidInput: No such type can consent, or the text is none of it.
    """
    if type_name not in SUBJECT_TYPES:
        raise InvalidInput(
            _("Nothing of type {name!r} can consent.").format(name=type_name),
            hint=_("Use one of: {names}.").format(names=", ".join(SUBJECT_TYPES)),
        )
    if type_name == "record":
        return keys.identifier_id("record", raw.strip())
    read = parse_identifier(type_name, raw)
    if not isinstance(read, Parsed):
        raise InvalidInput(
            _("What was given is no value of type {name}.").format(name=type_name),
            hint=_("Check it, and write it whole."),
        )
    return keys.identifier_id(type_name, id_texts(type_name, [read.value])[0])
