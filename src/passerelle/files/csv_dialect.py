"""How a text table separates its cells, found by trying: the separator, the quotes, the lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from passerelle.files.csv_rows import Dialect, Record, read_records
from passerelle.files.table import ReadLimits

_CANDIDATES = (";", ",", "\t", "|", "^", "~", "§", ":", "\x1f", "\x01")
_SAMPLE_RECORDS = 200
_HINT = re.compile(r'^"?sep=(.)"?\r?$', re.IGNORECASE)  # Excel's own first line: sep=;
_AGREE = 0.6  # share of rows that must have as many cells as the most frequent width


@dataclass(frozen=True)
class Sniffed:
    """A dialect, the first records read with it, and whether their first line only names it."""

    dialect: Dialect
    records: tuple[Record, ...]
    width: int
    hinted: bool


def sniff_dialect(text: str, *, delimiter: str | None, final: bool) -> Sniffed:
    """The dialect of a text, from its beginning.

    The best separator gives most rows the same number of cells, and more than one.
    """
    text = newlines_of(text)
    hint = _HINT.match(text.split("\n", 1)[0])
    escaped = _uses_backslash(text)
    if delimiter is None and hint:
        delimiter = hint[1]
    candidates = (delimiter,) if delimiter else tuple(c for c in _CANDIDATES if c in text)
    tried = [_try(text, Dialect(mark, escaped=escaped), final, bool(hint)) for mark in candidates]
    best = max(tried, key=_score, default=None)
    if best is None or (delimiter is None and best.width < 2):
        return _try(text, Dialect(",", escaped=escaped), final, bool(hint))
    return best


def newlines_of(text: str) -> str:
    """The text with line feeds, if it is of an old Mac and has only carriage returns."""
    return text.replace("\r", "\n") if is_old_mac(text) else text


def is_old_mac(text: str) -> bool:
    """Whether lines end with a carriage return alone."""
    return "\r" in text and "\n" not in text


def _uses_backslash(text: str) -> bool:
    r"""Whether quotes inside a cell are written `\"`, as MySQL does."""
    if '\\"' not in text:
        return False
    inside = len(re.findall(r'[^\\]\\"(?![,;\t|\r\n]|$)', text))
    doubled = len(re.findall(r'[^,;\t|\n"]""[^,;\t|\r\n"]', text))
    return inside > doubled


def _try(text: str, dialect: Dialect, final: bool, hinted: bool) -> Sniffed:
    if dialect.escaped:
        text = dialect.unescape(text.encode()).decode()
    records = []
    for record in read_records(text, dialect, ReadLimits(), width=None, final=final):
        records.append(record)
        if len(records) >= _SAMPLE_RECORDS:
            break
    widths = Counter(len(r.cells) for r in records[int(hinted) :] if r.cells and any(r.cells))
    ranked = sorted(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    return Sniffed(dialect, tuple(records), ranked[-1][0] if ranked else 0, hinted)


def _score(tried: Sniffed) -> tuple[float, float]:
    """How well a separator explains the sample: agreement of the widths, then of the header."""
    filled = [r for r in tried.records[int(tried.hinted) :] if r.cells is None or any(r.cells)]
    if tried.width < 2 or not filled:
        return (0.0, 0.0)
    agree = sum(r.cells is not None and len(r.cells) == tried.width for r in filled) / len(filled)
    first = filled[0].cells
    header = first is not None and len(first) == tried.width
    if agree < _AGREE and not header:
        agree /= 2
    return (agree + (0.5 if header else 0.0), tried.width)
