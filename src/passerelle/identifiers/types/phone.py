"""Phone number in E.164 form, read by the French plan when it has no country code."""

from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.identifiers.phone_columns import (
    PHONE_JUDGEMENTS,
    judge_phone,
    parse_phone_column,
)
from passerelle.identifiers.phone_numbers import parse_phone
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("Phone number"),
    rule_version=1,
    rule=N_(
        "E.164. Ten French digits take the country code of where they live (0692 is +262); the"
        " postcode gives the region of a number that two places share. Other countries: what"
        " libphonenumber finds valid. A 0 that a spreadsheet ate is put back."
    ),
    source="ITU-T E.164; Arcep 2018-0881, 2022-1583; libphonenumber metadata",
    tier="person",
    is_linking=True,
    is_shareable=True,
    parse=parse_phone,
    judge=judge_phone,
    judgements=PHONE_JUDGEMENTS,
    parse_column=parse_phone_column,
    examples=(
        Example("06 23 45 67 81", "+33623456781", kind="mobile"),
        Example("+33 (0)6 23 45 67 81", "+33623456781"),
        Example("0033623456781", "+33623456781"),
        Example("06.23.45.67.81", "+33623456781"),
        Example("06\u202f23\u202f45\u202f67\u202f81", "+33623456781"),
        Example("623456781", "+33623456781"),
        Example("33623456781", "+33623456781"),
        Example("623456781.0", "+33623456781"),
        Example("6.23456781E8", "+33623456781"),
        Example("6,23457E+08", refused="precision_lost"),
        Example("T\u00e9l. : O6 23 45 67 81", "+33623456781"),
        Example("0623456781 ou 0145678901", "+33623456781"),
        Example("0692 12 34 57", "+262692123457", kind="mobile"),
        Example("01 45 67 89 01", "+33145678901", kind="landline"),
        Example("08 92 70 12 39", "+33892701239", kind="premium"),
        Example("09 51 23 45 68", "+33951234568", kind="voip"),
        Example("0 805 12 34 57", "+33805123457", kind="toll_free"),
        Example("+44 909 879 0123", "+449098790123", kind="premium"),
        Example("01 62 00 12 34", "+33162001234", kind="platform"),
        Example("+32 470 12 34 56", "+32470123456", kind="foreign"),
        Example("06 06 06 06 06", "+33606060606", kind="blocked"),
        Example("0612345678", "+33612345678", kind="blocked"),
        Example("3639", refused="short_number"),
        Example("06 97 12 34", refused="invalid_number"),
        Example("marie@exemple.fr", refused="invalid_syntax"),
        Example("n.c.", refused="blocked"),
    ),
)
