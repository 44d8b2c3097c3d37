"""Names of communes as keys that survive the ways they are written.

« Saint-Étienne-du-Rouvray », « ST ETIENNE DU ROUVRAY » and « ST.ETIENNE DU ROUVRAY » share one.
Routing labels: La Poste's conventions, read on its « base officielle des codes postaux » (2025).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from types import MappingProxyType

LONGEST_LABEL = 32  # of line 6, beside the postcode

ARTICLES = frozenset({"L", "LE", "LA", "LES"})
LINKING_WORDS = frozenset(
    {"A", "AU", "AUX", "D", "DE", "DES", "DU", "EN", "ET", "L", "LA", "LE", "LES", "SOUS", "SUR"}
)

_WHOLE_WORDS = MappingProxyType(
    {
        "BG": "BOURG",
        "GD": "GRAND",
        "GDE": "GRANDE",
        "LEZ": "LES",
        "MT": "MONT",
        "ND": "NOTREDAME",
        "S": "SUR",
        "SS": "SOUS",
        "ST": "SAINT",
        "STE": "SAINTE",
        "STES": "SAINTES",
        "STS": "SAINTS",
        "VX": "VIEUX",
    }
)
_SHORT_WORDS = MappingProxyType(
    {"SAINT": "ST", "SAINTE": "STE", "SAINTES": "STES", "SAINTS": "STS"}
)
_LETTERS = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o"})
_NO_LETTER = re.compile(r"[^A-Z0-9]+")
_BRACKETS = re.compile(r"\s*\([^)]*\)")


def fold(text: str) -> str:
    """A text in capitals without accents, its words a blank apart.

    >>> fold("L'Haÿ-les-Roses"), fold("Bâgé–la–Ville")
    ('L HAY LES ROSES', 'BAGE LA VILLE')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(each for each in text if not unicodedata.combining(each))
    return _NO_LETTER.sub(" ", text.upper()).strip()


def whole_words(words: Iterable[str]) -> list[str]:
    """Folded words with their abbreviations written out.

    >>> whole_words(["CHALON", "S", "SAONE"])
    ['CHALON', 'SUR', 'SAONE']
    """
    return [_WHOLE_WORDS.get(word, word) for word in words]


def name_keys(name: str) -> tuple[str, ...]:
    """The keys of a name, longest first: with its article and, where it has one, without.

    >>> name_keys("L'Abergement-de-Varey")
    ('LABERGEMENTDEVAREY', 'ABERGEMENTDEVAREY')
    """
    keys: dict[str, None] = {}
    for written in (name, _BRACKETS.sub("", name)) if "(" in name else (name,):
        words = whole_words(fold(written).split())
        keys["".join(words)] = None
        if words[0] in ARTICLES and len(words) > 1:
            keys["".join(words[1:])] = None
    return tuple(keys)


def telling_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a name that tell it from others: no articles, no prepositions.

    >>> telling_words(["JAVERLHAC", "ET", "LA", "CHAPELLE"])
    ('JAVERLHAC', 'CHAPELLE')
    """
    return tuple(word for word in words if word not in LINKING_WORDS) or tuple(words)


def routing_label(name: str) -> str:
    """The name as line 6 has it: capitals, ST and STE, at most 32 characters.

    >>> routing_label("Saint-Étienne-du-Rouvray")
    'ST ETIENNE DU ROUVRAY'
    >>> routing_label("Saint-Quentin-la-Motte-Croix-au-Bailly")
    'ST QUENTIN LA MOTTE CROIX BAILLY'
    """
    words = [_SHORT_WORDS.get(word, word) for word in fold(_BRACKETS.sub("", name)).split()]
    if len(whole := " ".join(words)) <= LONGEST_LABEL:
        return whole
    for small in ("ET", *sorted(LINKING_WORDS - {"ET"})):
        while len(" ".join(words)) > LONGEST_LABEL and small in words[1:]:
            words.pop(words.index(small, 1))
    while len(" ".join(words)) > LONGEST_LABEL and len(words) > 1:
        words.pop()
    return " ".join(words)[:LONGEST_LABEL]
