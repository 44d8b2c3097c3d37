"""How a name sounds in French: one key for Philippe and Filipe, for Lefèvre and Lefaivre.

Our own folding of French spelling, coarser than its pronunciation: silent consonants at the end,
double letters, h, and the many spellings of o, e, k, f, in, an and on. It is written for names,
where final letters vary most.

After the ideas of FONEM: Bouchard, Brard & Lavoie (1981), "FONEM : un code de transcription
phonétique pour la reconstitution automatique des familles saguenayennes", Population 36(6).
"""

from __future__ import annotations

import polars as pl

_TELLING = r"^(..+)$"  # a key of one sound says nothing

# In order. Capitals are sounds that no letter stands for: N nasal in, A nasal an, O nasal on,
# U as in ou, W as in oi, C as in ch.
_RULES = (
    (r"[^a-z]+", ""),
    (r"sch|sh|ch", "C"),
    (r"Cr", "kr"),
    (r"ph", "f"),
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
    (r"([aeiou])(?:l[td]s?|ts|ds|[tdsp])$", "$1"),
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


def sound(values: pl.Expr) -> pl.Expr:
    """The key of each folded name; null where it has no Latin letters or is too short to say.

    >>> from passerelle.linkage.texts.folding import applied
    >>> names = pl.Series(["thibault", "tibo", "philippe", "filipe"])
    >>> applied(sound, names).to_list()
    ['tibo', 'tibo', 'filip', 'filip']
    """
    key = values
    for pattern, sounds_as in _RULES:
        key = key.str.replace_all(pattern, sounds_as)
    return key.str.extract(_TELLING)
