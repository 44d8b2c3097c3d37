"""VAT number of a company in Europe."""

from passerelle.identifiers.company_numbers import (
    COMPANY_JUDGEMENTS,
    judge_company,
    parse_vat,
)
from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("VAT number"),
    rule_version=1,
    rule=N_(
        "The country, then its number, with the check digits of that country; GR becomes EL."
        " A number without its country is read in the country of the file."
    ),
    source="Directive 2006/112/EC; python-stdnum 2.2",
    tier="attribute",
    is_linking=False,
    is_shareable=True,
    parse=parse_vat,
    judge=judge_company,
    judgements=COMPANY_JUDGEMENTS,
    examples=(
        Example("FR 40 303 265 045", "FR40303265045", kind="company"),
        Example("TVA intra : FR40303265045", "FR40303265045"),
        Example("40303265045", "FR40303265045"),
        Example("BE 428.759.497", "BE0428759497"),
        Example("GR094259216", "EL094259216"),
        Example("CHE-107.787.577 IVA", "CHE107787577IVA"),
        Example("GB 980 7806 84", "GB980780684"),
        Example("FR12000000000", "FR12000000000", kind="blocked"),
        Example("FR41303265045", refused="invalid_number"),
        Example("US123456789", refused="invalid_number"),
        Example("Dupont", refused="invalid_syntax"),
    ),
)
