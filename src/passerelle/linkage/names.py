"""What is written around a name, or in one place and not in another: titles, particles, blanks."""

from __future__ import annotations

import polars as pl

_TITLES = (
    "mr|mrs|ms|miss|mme|mlle|mmes|mm|monsieur|madame|mademoiselle|dr|docteur|doctor|pr|prof|"
    "professeur|professor|sir|lady|herr|frau|senor|senora|sig|signor|signora"
)
_SUFFIXES = "jr|junior|sr|ii|iii|iv|esq|phd|md"
# French, Dutch, German, Spanish, Portuguese and Italian; some lists say them, others do not.
_PARTICLES = "de|d|du|des|von|van|der|den|zu|del|della|di|da|do|dos|das|y|e"
_LINKS = "nee|ne|epouse|ep|epx|veuve|vve|dit|dite|et"
_ARTICLES = "le|la|les|l|el|al|saint|sainte|st|ste|san|santa|mac|mc|o"


def without_titles(folded: pl.Series, *, is_first_name: bool = False) -> pl.Series:
    """Folded names without the titles before and the suffixes after; a title alone stays.

    M. is a title before a last name, and may be an initial before a first name.

    >>> without_titles(pl.Series(["dr jean petit", "m petit jr", "mme"])).to_list()
    ['jean petit', 'petit', 'mme']
    """
    titles = _TITLES if is_first_name else f"{_TITLES}|m"
    return folded.str.replace(rf"^(?:(?:{titles}) )+", "").str.replace(
        rf"(?: (?:{_SUFFIXES}))+$", ""
    )


def without_any_title(folded: pl.Series) -> pl.Series:
    """Folded whole names without titles and suffixes, wherever they stand.

    M. is a title where a first and a last name stand beside it.

    >>> without_any_title(pl.Series(["m jean petit", "petit mme zoe", "m petit"])).to_list()
    ['jean petit', 'petit zoe', 'm petit']
    """
    plain = _without(folded, f"{_TITLES}|{_SUFFIXES}")
    untitled = _without(plain, "m")
    is_whole = untitled.str.count_matches(" ") > 0
    return pl.select(pl.when(is_whole).then(untitled).otherwise(plain)).to_series()


def joined(folded: pl.Series) -> pl.Series:
    """A name without its blanks, with Mac as Mc and St as Saint: de La Tour is Delatour."""
    saints = folded.str.replace_all(r"\bst\b", "saint").str.replace_all(r"\bste\b", "sainte")
    return saints.str.replace(r"^mac ?(\w{4,})", "mc$1").str.replace_all(" ", "", literal=True)


def without_particles(folded: pl.Series) -> pl.Series:
    """A name without its particles; as it is where it has nothing else."""
    return _without(folded, f"{_PARTICLES}|{_LINKS}")


def main_words(folded: pl.Series) -> pl.Series:
    """The words of a name that tell it from others: no particle, no article, no saint."""
    return _without(folded, f"{_PARTICLES}|{_LINKS}|{_ARTICLES}")


def _without(folded: pl.Series, words: str) -> pl.Series:
    # Blanks are doubled so that two words in a row are both found.
    spaced = " " + folded.str.replace_all(" ", "  ", literal=True) + " "
    left = (
        spaced.str.replace_all(rf" (?:{words}) ", " ").str.replace_all(r" +", " ").str.strip_chars()
    )
    return pl.select(
        pl.when(pl.lit(left) == "").then(pl.lit(folded)).otherwise(pl.lit(left))
    ).to_series()
