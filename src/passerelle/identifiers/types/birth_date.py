"""Birth date of a person."""

from passerelle.identifiers.birth_dates import (
    BIRTH_DATE_JUDGEMENTS,
    judge_birth_date,
    parse_birth_date,
)
from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("Birth date"),
    rule_version=2,
    rule=N_(
        "YYYY-MM-DD; the day comes before the month unless only the other order is a date. From"
        " 1900 to today. It never links two records by itself."
    ),
    source="ISO 8601; Excel 1900 date system",
    tier="attribute",
    is_linking=False,
    is_shareable=True,
    parse=parse_birth_date,
    judge=judge_birth_date,
    judgements=BIRTH_DATE_JUDGEMENTS,
    examples=(
        Example("25/02/1969", "1969-02-25", kind="personal"),
        Example("1969-02-25 00:00:00", "1969-02-25"),
        Example("25021969", "1969-02-25"),
        Example("19690225", "1969-02-25"),
        Example("25.2.69", "1969-02-25"),
        Example("1er f\u00e9vrier 1969", "1969-02-01"),
        Example("02/25/1969", "1969-02-25"),
        Example("25259", "1969-02-25"),
        Example("01/01/1970", "1970-01-01", kind="default"),
        Example("01/01/1980", "1980-01-01", kind="round"),
        Example("31/02/1969", refused="impossible"),
        Example("00/02/1969", refused="incomplete"),
        Example("le 25 mai", refused="invalid_syntax"),
        Example("25/02/1869", refused="too_old"),
        Example("25/02/2999", refused="future"),
        Example("25/02/15", refused="ambiguous"),
        Example("non renseign\u00e9", refused="blocked"),
    ),
)
