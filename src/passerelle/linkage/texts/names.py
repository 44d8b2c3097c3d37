"""What is written around a name, or in one place and not in another: titles, particles, blanks."""

from __future__ import annotations

import polars as pl

from passerelle.linkage.texts.folding import or_null
from passerelle.linkage.texts.one_by_one import first_given, side_by_side

_TITLES = (
    "mr|mrs|ms|miss|mme|mlle|mmes|mm|monsieur|madame|mademoiselle|dr|docteur|doctor|pr|prof|"
    "professeur|professor|sir|lady|herr|frau|senor|senora|sig|signor|signora"
)
_SUFFIXES = "jr|junior|sr|ii|iii|iv|esq|phd|md"
# French, Dutch, German, Spanish, Portuguese and Italian; some lists say them, others do not.
_PARTICLES = "de|d|du|des|von|van|der|den|zu|del|della|di|da|do|dos|das|y|e"
_LINKS = "nee|ne|epouse|ep|epx|veuve|vve|dit|dite|et"
_ARTICLES = "le|la|les|l|el|al|saint|sainte|st|ste|san|santa|mac|mc|o"


def without_titles(folded: pl.Expr, *, is_first_name: bool = False) -> pl.Expr:
    """Folded names without the titles before and the suffixes after; a title alone stays.

    M. is a title before a last name, and may be an initial before a first name.

    >>> from passerelle.linkage.texts.folding import applied
    >>> applied(without_titles, pl.Series(["dr jean petit", "m petit jr", "mme"])).to_list()
    ['jean petit', 'petit', 'mme']
    """
    titles = _TITLES if is_first_name else f"{_TITLES}|m"
    return folded.str.replace(rf"^(?:(?:{titles}) )+", "").str.replace(
        rf"(?: (?:{_SUFFIXES}))+$", ""
    )


def without_any_title(folded: pl.Expr) -> pl.Expr:
    """Folded whole names without titles and suffixes, wherever they stand.

    M. is a title where a first and a last name stand beside it.

    >>> from passerelle.linkage.texts.folding import applied
    >>> some = pl.Series(["m jean petit", "petit mme zoe", "m petit"])
    >>> applied(without_any_title, some).to_list()
    ['jean petit', 'petit zoe', 'm petit']
    """
    plain = _without(folded, f"{_TITLES}|{_SUFFIXES}")
    untitled = _without(plain, "m")
    return first_given(untitled.str.extract(r"^(\S+ .+)$"), plain)


def joined(folded: pl.Expr) -> pl.Expr:
    """A name without its blanks, with Mac as Mc and St as Saint: de La Tour is Delatour."""
    saints = folded.str.replace_all(r"\bst\b", "saint").str.replace_all(r"\bste\b", "sainte")
    return saints.str.replace(r"^mac ?(\w{4,})", "mc$1").str.replace_all(" ", "", literal=True)


def without_particles(folded: pl.Expr) -> pl.Expr:
    """A name without its particles; as it is where it has nothing else."""
    return _without(folded, f"{_PARTICLES}|{_LINKS}")


def main_words(folded: pl.Expr) -> pl.Expr:
    """The words of a name that tell it from others: no particle, no article, no saint."""
    return _without(folded, f"{_PARTICLES}|{_LINKS}|{_ARTICLES}")


def _without(folded: pl.Expr, words: str) -> pl.Expr:
    # Blanks are doubled so that two words in a row are both found.
    spaced = side_by_side(" ", folded.str.replace_all(" ", "  ", literal=True), " ")
    left = (
        spaced.str.replace_all(rf" (?:{words}) ", " ").str.replace_all(r" +", " ").str.strip_chars()
    )
    return first_given(or_null(left), folded)
