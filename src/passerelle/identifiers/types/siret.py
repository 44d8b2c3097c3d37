"""Number of one establishment of a French company."""

from passerelle.identifiers.company_numbers import (
    COMPANY_JUDGEMENTS,
    judge_company,
    parse_siret,
)
from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("SIRET"),
    rule_version=1,
    rule=N_(
        "Fourteen digits with their check digit; those of La Poste add up to a multiple of five."
        " Colleagues share it, so it never links two records by itself."
    ),
    source="INSEE, Sirene; python-stdnum 2.2",
    tier="attribute",
    is_linking=False,
    is_shareable=True,
    parse=parse_siret,
    judge=judge_company,
    judgements=COMPANY_JUDGEMENTS,
    examples=(
        Example("732 829 320 00074", "73282932000074", kind="company"),
        Example("SIRET N\u00b0 73282932000074", "73282932000074"),
        Example("356 000 000 00048", "35600000000048"),
        Example("35600000049837", "35600000049837"),
        Example("00000000000000", "00000000000000", kind="blocked"),
        Example("73282932000075", refused="invalid_number"),
        Example("732829320", refused="invalid_number"),
        Example("7.32829E+13", refused="precision_lost"),
        Example("inconnu", refused="blocked"),
    ),
)
