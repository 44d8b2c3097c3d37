"""Number of a French company."""

from passerelle.identifiers.company_numbers import (
    COMPANY_JUDGEMENTS,
    judge_company,
    parse_siren,
)
from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("SIREN"),
    rule_version=1,
    rule=N_(
        "Nine digits with their check digit; a SIRET or a French VAT number gives the SIREN in it."
        " Colleagues share it, so it never links two records by itself."
    ),
    source="INSEE, Sirene; python-stdnum 2.2",
    tier="attribute",
    is_linking=False,
    is_shareable=True,
    parse=parse_siren,
    judge=judge_company,
    judgements=COMPANY_JUDGEMENTS,
    examples=(
        Example("552 100 554", "552100554", kind="company"),
        Example("SIREN : 552100554", "552100554"),
        Example("55210055400013", "552100554"),
        Example("FR 64 552100554", "552100554"),
        Example("552100554.0", "552100554"),
        Example("5,52100554E+08", "552100554"),
        Example("000000000", "000000000", kind="blocked"),
        Example("552100555", refused="invalid_number"),
        Example("5.5E+08", refused="precision_lost"),
        Example("Dupont SA", refused="invalid_syntax"),
        Example("n/a", refused="blocked"),
        Example("9" * 61, refused="too_long"),
    ),
)
