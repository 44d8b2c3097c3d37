"""Loyalty card number; a whole family may carry copies of one card."""

from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.identifiers.issued_columns import parse_card_column
from passerelle.identifiers.issued_numbers import CARD_JUDGEMENTS, judge_card, parse_number
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("Loyalty card"),
    rule_version=1,
    rule=N_(
        "NAMESPACE:VALUE. Blanks, dashes, dots and leading zeros of a number go; 13 digits whose"
        " EAN check digit is wrong are kept and said to be so."
    ),
    source="GS1 General Specifications 7.9 (check digit); Excel specifications and limits",
    tier="person",
    is_linking=True,
    is_shareable=True,
    parse=parse_number,
    judge=judge_card,
    parse_column=parse_card_column,
    judgements=CARD_JUDGEMENTS,
    examples=(
        Example("2999 1234-5678 9", "default:2999123456789", kind="personal"),
        Example("2999123456781", "default:2999123456781", kind="check_digit"),
        Example("2,999123456789E+12", "default:2999123456789"),
        Example("3E+12", refused="precision_lost"),
        Example("fid0042x", "default:FID0042X", kind="personal"),
        Example("1111111111", "default:1111111111", kind="blocked"),
        Example("client de passage", refused="blocked"),
    ),
)
