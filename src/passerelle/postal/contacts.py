"""Phone numbers and mailboxes in the text of an address, which are no part of it."""

from __future__ import annotations

import re

_ASIDE = re.compile(
    r"[\w.+%-]{1,64}@[\w.-]{3,}|"
    r"\b(?:t[ée]l(?:[ée]phone)?|portable|mobile|fax|gsm|port)\b[ .:]*(?:\+33|0033|0)[\d .\-]{8,16}|"
    r"(?:\+33|0033)[ .]?(?:\(0\))?[1-9](?:[ .\-]?\d\d){4}|"
    r"\b0[1-9](?:[ .\-]?\d\d){4}\b",
    re.IGNORECASE,
)
_MAY_BE_ASIDE = re.compile(r"@|\+33|0033|0[\d .\-]{8}")


def may_hold_contact(text: str) -> bool:
    """Whether a phone number or a mailbox may be in a text; quick, and never wrong with no."""
    return _MAY_BE_ASIDE.search(text) is not None


def set_aside(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without phone numbers and mailboxes, and those.

    >>> set_aside("12 rue X 75011 Paris Tél : 01 45 67 89 10")
    ('12 rue X 75011 Paris  , ', ('Tél : 01 45 67 89 10',))
    """
    if not may_hold_contact(text):
        return text, ()
    found = tuple(each[0].strip() for each in _ASIDE.finditer(text))
    return (_ASIDE.sub(" , ", text), found) if found else (text, ())
