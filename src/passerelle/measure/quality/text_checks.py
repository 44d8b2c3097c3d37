"""Checks of names, titles and any text: encoding, placeholders, capitals."""

from __future__ import annotations

import polars as pl

from passerelle.identifiers import find_title, stands_for_nothing
from passerelle.measure.quality.checked import (
    PLACEHOLDER,
    Checked,
    Setting,
    coded,
    kept,
    proposed_once,
)

# A letter beyond ASCII whose two or three bytes were read as letters of Windows-1252.
_TWICE_ENCODED = (
    "[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6"
    "\u02dc\u2013-\u203a\u20ac\u2122]"
)
_LOST_LETTER = "\ufffd"
_LONGEST_PLACEHOLDER = 30  # characters of the longest way to say nothing
_TEST_WORD = r"(?i)^(?:test|essai|toto|tata|titi|azerty|qwerty|asdf)[0-9]*$"


def check_text(cells: pl.Series, setting: Setting) -> Checked:
    """Any text: only what stands for nothing is refused."""
    del setting
    refusals = coded(PLACEHOLDER, _is_placeholder(cells, "words"))
    return checked_text(cells, refusals)


def check_name(cells: pl.Series, setting: Setting) -> Checked:
    """A first name, a last name, or both in one cell."""
    refusals = pl.select(
        code=pl.when(_is_placeholder(cells, "names") | cells.str.contains(_TEST_WORD))
        .then(pl.lit(PLACEHOLDER))
        .when(cells.is_not_null() & ~cells.str.contains(r"\p{L}"))
        .then(pl.lit("no_letter"))
    )["code"]
    suspicions = {
        "digit_in_name": cells.str.contains(r"[0-9@_#*/\\=<>]"),
        "one_letter": cells.str.contains(r"^\p{L}\.?$"),
        "all_lower": cells.str.contains(r"\p{L}{2}") & (cells == cells.str.to_lowercase()),
    }
    if setting.field != "full_name":
        found = proposed_once(cells, _title_or_none)
        suspicions["title_in_name"] = found.is_not_null()
    if setting.field in ("first_name", "full_name"):
        suspicions["all_upper"] = _is_all_upper(cells)
    return checked_text(cells, refusals, suspicions)


def check_title(cells: pl.Series, setting: Setting) -> Checked:
    """A title: one of those that are known."""
    del setting
    known = proposed_once(cells, find_title)
    return checked_text(cells, coded("unknown_title", cells.is_not_null() & known.is_null()))


def check_gender(cells: pl.Series, setting: Setting) -> Checked:
    """A gender as files write it; a single sign that says nothing is a placeholder."""
    del setting
    is_known = cells.str.contains(
        r"(?i)^(m|f|h|homme|femme|masculin|f[ée]minin|male|female|man|woman|autre|other|x|[012])$"
    )
    return checked_text(cells, coded("unknown_gender", ~is_known))


def checked_text(
    cells: pl.Series,
    refusals: pl.Series,
    suspicions: dict[str, pl.Series] | None = None,
    *,
    values: pl.Series | None = None,
) -> Checked:
    """A checked column of text, with what may befall any text added to the given."""
    garbled = kept(cells, cells.str.contains(_TWICE_ENCODED))
    return Checked(
        values=kept(cells if values is None else values, refusals.is_null()),
        refusals=refusals,
        suspicions={
            **{
                code: (where & refusals.is_null()).fill_null(False)
                for code, where in (suspicions or {}).items()
            },
            "lost_letters": cells.str.contains(_LOST_LETTER, literal=True).fill_null(False),
        },
        proposals={"encoding": proposed_once(garbled, mend_encoding)},
    )


def mend_encoding(text: str) -> str | None:
    """A text whose UTF-8 was read as Windows-1252, read as it was meant; None if it was not.

    >>> mend_encoding("LefÃ¨vre"), mend_encoding("Lefèvre")
    ('Lefèvre', None)
    """
    try:
        data = b"".join(_byte_of(character) for character in text)
        mended = data.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return mended if mended != text else None


def _byte_of(character: str) -> bytes:
    """Windows-1252 leaves five bytes without a letter, which programs pass through."""
    if ord(character) < 0xA0:
        return character.encode("latin-1")
    return character.encode("cp1252")


def _is_placeholder(cells: pl.Series, words: str) -> pl.Series:
    short = kept(cells, cells.str.len_chars() <= _LONGEST_PLACEHOLDER)
    found = proposed_once(short, lambda text: text if stands_for_nothing(text, words) else None)
    return found.is_not_null()


def _title_or_none(text: str) -> str | None:
    """The title that a name begins with; Maître alone is a name."""
    head, blank, _rest = text.partition(" ")
    if not blank:
        return None
    # One letter may be an initial: only a title of several letters, or with its full stop.
    return find_title(head) if len(head) > 2 or head.endswith(".") else None


def _is_all_upper(cells: pl.Series) -> pl.Series:
    return cells.str.contains(r"\p{L}{2}") & (cells == cells.str.to_uppercase())
