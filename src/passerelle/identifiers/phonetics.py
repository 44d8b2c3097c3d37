"""How a name sounds in French: one key for Philippe and Filipe, for Lefèvre and Lefaivre.

Our own folding of French spelling, coarser than its pronunciation: silent consonants at the end,
double letters, h, and the many spellings of o, e, k, f, in, an and on. It is written for names,
where final letters vary most. Two names with one code are candidates for being one, no more.

After the ideas of FONEM: Bouchard, Brard & Lavoie (1981), "FONEM : un code de transcription
phonétique pour la reconstitution automatique des familles saguenayennes", Population 36(6).
"""

from __future__ import annotations

import re

import polars as pl

from passerelle.identifiers.columns import map_distinct
from passerelle.identifiers.text_cleaning import clean_text, fold_letters

_TELLING = r"^(..+)$"  # a key of one sound says nothing

# In order. Capitals are sounds that no letter stands for: N nasal in, A nasal an, O nasal on,
# U as in ou, W as in oi, C as in ch.
_RULES = (
    (r"[^a-z]+", ""),
    (r"sch|sh|ch", "C"),
    (r"Cr", "kr"),
    (r"ph", "f"),
    (r"bv", "v"),
    (r"([aeiou])w", "${1}u"),
    (r"w", "v"),
    (r"([aeiou])h([aeiou])", "$1$2"),
    (r"h", ""),
    (r"y", "i"),
    (r"sc([ei])", "s$1"),
    (r"c([ei])", "s$1"),
    (r"cqu|qu|ck|c|q", "k"),
    (r"gu([eio])", "G$1"),
    (r"ge([aou])", "j$1"),
    (r"g([ei])", "j$1"),
    (r"G", "g"),
    (r"x([^a-z]|$)", "$1"),
    (r"x", "ks"),
    (r"z", "s"),
    (r"aa", "a"),
    (r"bb", "b"),
    (r"dd", "d"),
    (r"ff", "f"),
    (r"gg", "g"),
    (r"kk", "k"),
    (r"ll", "l"),
    (r"mm", "m"),
    (r"nn", "n"),
    (r"pp", "p"),
    (r"rr", "r"),
    (r"ss", "s"),
    (r"tt", "t"),
    (r"([aeiou])(?:l[td]s?|ts|ds|[tds])$", "$1"),
    (r"([ou])p$", "$1"),
    (r"(e?au|o)(?:l|x)?$", "o"),
    (r"([rnlm])[tdspk]+$", "$1"),
    (r"([^e])er$", "${1}e"),
    (r"(?:oeu|eu|oe)", "e"),
    (r"ou", "U"),
    (r"oi", "W"),
    (r"eau|au", "o"),
    (r"(?:ai|ei|i)[nm]([^aeiouUW]|$)", "N$1"),
    (r"u[nm]([^aeiouUW]|$)", "N$1"),
    (r"[ae][nm]([^aeiouUW]|$)", "A$1"),
    (r"o[nm]([^aeiouUW]|$)", "O$1"),
    (r"ai|ei", "e"),
    (r"ii", "i"),
    (r"e+$", ""),
)


def phonetic_code(name: str) -> str | None:
    """How a name sounds, as a code; None where too few letters are left to say.

    >>> [phonetic_code(name) for name in ("Thibault", "Tibo", "Lefèvre", "LEFEBVRE")]
    ['tibo', 'tibo', 'lefevr', 'lefevr']
    """
    key = fold_letters(clean_text(name)).lower()
    for pattern, sounds_as in _COMPILED:
        key = pattern.sub(sounds_as, key)
    return key if len(key) > 1 else None


def phonetic_codes(names: pl.Series) -> pl.Series:
    """`phonetic_code` of a column, each distinct name once."""
    return map_distinct(names, phonetic_code)


def sound(values: pl.Expr) -> pl.Expr:
    """`phonetic_code` of names already folded to small letters, as one expression of polars.

    >>> names = pl.DataFrame({"name": ["philippe", "filipe", "x"]})
    >>> names.select(sound(pl.col("name")))["name"].to_list()
    ['filip', 'filip', None]
    """
    key = values
    for pattern, sounds_as in _RULES:
        key = key.str.replace_all(pattern, sounds_as)
    return key.str.extract(_TELLING)


_COMPILED = tuple(
    (re.compile(pattern), re.sub(r"\$\{?(\d)\}?", r"\\\1", sounds_as))
    for pattern, sounds_as in _RULES
)
