"""Shows how a value is written without showing the value: masks of values, shapes of columns."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import polars as pl
import pyarrow as pa

_LONGEST = 40  # characters of a mask or a shape; the rest says nothing more
# Signs for bytes beyond ASCII while a column is made into shapes: of the letters À to ÿ the first
# byte, and the second of a capital and of a small one; the first byte of Ā to ſ; any other.
_LATIN, _CAPITAL, _SMALL, _EXTENDED, _OTHER = "\x01\x02\x03\x04\x05"


def mask(value: str) -> str:
    """The first character and how the rest is written: letters, digits, and other signs.

    >>> mask("Dupont-Léger"), mask("06 44 60"), mask("marie@exemple.fr")
    ('Dxxxxx-Xxxxx', '09 99 99', 'mxxxx@xxxxxxx.xx')
    """
    shown = value[:1] + "".join(map(_masked, value[1:_LONGEST]))
    return shown + ("…" if len(value) > _LONGEST else "")


def count_shapes(cells: pl.Series) -> Counter[str]:
    """How often the cells of a column are written in each way; null cells do not count.

    Runs of capitals become `A`, runs of small letters `a`, each digit `9`.

    >>> count_shapes(pl.Series(["Dupont", "Martin", "06 44", None])).most_common()
    [('Aa', 2), ('99 99', 1)]
    """
    filled = cells.drop_nulls()
    if filled.is_empty():
        return Counter()
    coded = pl.Series("shape", _translated(filled))
    shapes: Counter[str] = Counter()
    for text, count in coded.value_counts().iter_rows():
        shapes[_shape(text)] += count
    return shapes


def _masked(character: str) -> str:
    if character.isalpha():
        return "X" if character.isupper() else "x"
    if character.isnumeric():
        return "9"
    return character if character.isprintable() else " "


def _byte_table() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    table = np.arange(256, dtype=np.uint8)
    table[:32] = ord(" ")
    for letters, sign in (("09", "9"), ("AZ", "A"), ("az", "a")):
        table[ord(letters[0]) : ord(letters[1]) + 1] = ord(sign)
    table[127:] = ord(_OTHER)
    table[0x80:0x9F] = ord(_CAPITAL)
    table[0x9F:0xC0] = ord(_SMALL)
    table[0xC3] = ord(_LATIN)
    table[0xC4:0xC6] = ord(_EXTENDED)
    return table


def _translated(cells: pl.Series) -> pa.LargeStringArray:
    """Each byte of each cell replaced by its sign, in one pass over the column's bytes."""
    texts = cells.to_arrow().cast(pa.large_string())
    _validity, offsets, data = texts.buffers()
    if data is None:  # all cells are empty texts
        return texts
    signs = _byte_table()[np.frombuffer(data, dtype=np.uint8)]
    return pa.LargeStringArray.from_buffers(
        len(texts), offsets, pa.py_buffer(signs.tobytes()), offset=texts.offset
    )


def _shape(signs: str) -> str:
    """Runs of letters as one; what is neither a Latin letter nor of ASCII is a dot."""
    text = signs.replace(_LATIN + _CAPITAL, "A").replace(_LATIN + _SMALL, "a")
    text = re.sub(f"{_EXTENDED}[{_CAPITAL}{_SMALL}]", "a", text)
    text = re.sub(f"[{_LATIN}-{_OTHER}]+", "·", text)
    text = re.sub("a+", "a", re.sub("A+", "A", text))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
