"""Values of strangers as a page can bear them: one line, not too long, without control signs."""

from __future__ import annotations

_MOST = 60  # characters of a value that are shown
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\ufffd")
_BLANKS = dict.fromkeys(map(ord, "\t\n\r"), " ")
# Signs that turn the direction of whatever follows them, beyond the value they stand in.
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def readable(value: str | None, *, most: int = _MOST) -> str:
    r"""A value on one line, cut with an ellipsis; a dash for none. It still has to be escaped.

    >>> readable("a\nb\x00"), readable("abcdef", most=3), readable(None)
    ('a b�', 'ab…', '–')
    """
    if value is None:
        return "–"
    shown = value if len(value) <= most else value[: most - 1] + "…"
    return shown.translate(_CONTROLS | _BLANKS | _TURNS)
