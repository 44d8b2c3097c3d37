"""Understands the names people give to columns, in French and in English.

A header is cut into words without accents, capitals or punctuation; abbreviations are spelled
out; filler words are dropped. What is left is looked up, whatever the order of the words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from passerelle.collect.fields import RecordKind
from passerelle.collect.mapping.synonyms import (
    ABBREVIATIONS,
    FILLER,
    NOT_THE_CUSTOMER,
    RECEIPT_SYNONYMS,
    RECORD_SYNONYMS,
)

_EXACT = 0.95
_EXPLAINED = 0.85
_PARTIAL = 0.65
_NUMBER_SIGN = re.compile(r"\b[nN]\s?[°ºo]\.?(?=\W|$)|#")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORDS = re.compile(r"[a-z]+|\d+")


def fold(header: str) -> str:
    """A header without accents, capitals, punctuation or spaces, to compare it exactly.

    >>> fold("Adresse e-mail") == fold("ADRESSE EMAIL")
    True
    """
    return re.sub(r"[^a-z0-9]", "", _plain(header))


def words_of(header: str) -> frozenset[str]:
    """The words of a header that carry meaning.

    >>> sorted(words_of("N° de Tél. portable"))
    ['mobile', 'number', 'phone']
    """
    marked = _CAMEL.sub(" ", _NUMBER_SIGN.sub(" number ", header))
    plain = _plain(marked).replace("e-mail", "email").replace("e mail", "email")
    words = (ABBREVIATIONS.get(word, word) for word in _WORDS.findall(plain))
    return frozenset(word for word in words if word not in FILLER)


def find_field(header: str, kind: RecordKind) -> tuple[str | None, float]:
    """The field a header names, and how sure that is.

    >>> find_field("Tél. portable", "records")
    ('phone_mobile', 0.95)
    >>> find_field("Couleur préférée", "records")
    (None, 0.0)
    """
    words = words_of(header)
    if not words:
        return None, 0.0
    table = _table(kind)
    if words in table:
        return table[words], _EXACT
    bare = words_of(header.partition("(")[0])
    if bare in table:  # what stands between brackets only explains: "Nom (obligatoire)"
        return table[bare], _EXPLAINED
    if words & NOT_THE_CUSTOMER:
        return None, 0.0
    best = max(
        (known for known in table if known < words),
        key=lambda known: (len(known), sorted(known)),
        default=None,
    )
    if best is None:
        return None, 0.0
    return table[best], round(_PARTIAL * (len(best) / len(words)) ** 0.5, 2)


def is_about_another(header: str) -> bool:
    """Whether a header speaks of someone or something else than the customer.

    >>> is_about_another("E-mail du commercial"), is_about_another("E-mail")
    (True, False)
    """
    words = words_of(header)
    return bool(words & NOT_THE_CUSTOMER) and words not in _table("records")


@cache
def _table(kind: RecordKind) -> dict[frozenset[str], str]:
    """Each known set of words, and its field; the first field that claims it keeps it."""
    table: dict[frozenset[str], str] = {}
    for field, names in (RECORD_SYNONYMS if kind == "records" else RECEIPT_SYNONYMS).items():
        for name in names:
            table.setdefault(words_of(name), field)
    return table


def _plain(text: str) -> str:
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
