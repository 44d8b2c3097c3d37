"""Customer number, as the company that issued it writes it."""

from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.identifiers.issued_columns import parse_number_column
from passerelle.identifiers.issued_numbers import NUMBER_JUDGEMENTS, judge_number, parse_number
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("Customer number"),
    rule_version=1,
    rule=N_(
        "NAMESPACE:VALUE. Blanks and leading zeros go; a value in one case is put in capitals, one"
        " that mixes cases is kept; what a spreadsheet rounded is refused."
    ),
    source="Excel specifications and limits; values refused by PostHog and Segment",
    tier="person",
    is_linking=True,
    is_shareable=False,
    parse=parse_number,
    judge=judge_number,
    parse_column=parse_number_column,
    judgements=NUMBER_JUDGEMENTS,
    examples=(
        Example(" c-00042 ", "default:C-00042", kind="personal"),
        Example("000 451 207", "default:451207"),
        Example("451207.0", "default:451207"),
        Example("0035e00000AbCdE", "default:0035e00000AbCdE"),
        Example("4.51207E+05", "default:451207"),
        Example("1.23E+15", refused="precision_lost"),
        Example("123456", "default:123456", kind="blocked"),
        Example("null", refused="blocked"),
        Example("0000", refused="blocked"),
        Example("-1", refused="blocked"),
        Example("9" + "A" * 200, refused="too_long"),
    ),
)
