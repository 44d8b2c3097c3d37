"""Proposes what each column of a file means, from its layout, its names and its content."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from passerelle.collect.fields import RecordKind
from passerelle.collect.mapping.content import FIELD_KINDS, Content, look_at
from passerelle.collect.mapping.date_order import learn_date_order
from passerelle.collect.mapping.headers import find_field, is_about_another
from passerelle.collect.mapping.known_layouts import find_layout
from passerelle.collect.mapping.layout import Layout
from passerelle.collect.mapping.plan import ColumnMapping, DateOrder, Mapping
from passerelle.collect.mapping.rivals import settle
from passerelle.kernel.language import _

SURE_ENOUGH = 0.5
"""A column is used from this confidence on; below, it stays in the original only."""

_LAYOUT_CONFIDENCE = 1.0
_AGREES = 0.8  # share of cells that makes content confirm a name
_DISAGREES = 0.3  # share of cells below which content denies it
_CONTENT_ALONE = 0.9  # share of cells that names a column by itself
_FEW = 3  # filled cells below which content proves nothing

# what content alone may decide, with the confidence it gives when all cells agree
_ALONE = (
    ("email_sha256", "email_sha256", 0.95),
    ("email", "email", 0.9),
    ("mobile", "phone_mobile", 0.85),
    ("landline", "phone_home", 0.8),
    ("phone", "phone_home", 0.75),
    ("postcode", "postcode", 0.6),
    ("title", "title", 0.7),
    ("country", "country", 0.55),
)


def propose_mapping(columns: Sequence[str], sample: pl.DataFrame, *, kind: RecordKind) -> Mapping:
    """What each column most likely means, how sure that is, and why.

    Args:
        columns: The names of the columns.
        sample: Some rows of them, as text; a thousand are plenty.
        kind: Whether the file holds customer records or receipts.
    """
    layout_name, layout = find_layout(columns, kind)
    contents = {column: look_at(sample[column]) for column in columns}
    guesses: list[ColumnMapping] = []
    for column in columns:
        guesses.extend(_from_layout(column, layout) or [_guess(column, contents[column], kind)])
    settled = settle(guesses, contents, sample, kind)
    dates = [c.column for c in settled if c.field in ("birth_date", "created_at", "occurred_at")]
    default: DateOrder = (layout.date_order if layout else None) or "dmy"
    return Mapping(
        kind=kind,
        columns=tuple(settled),
        layout=layout_name,
        date_order=learn_date_order([sample[column] for column in dates], default=default),
        namespace=layout.namespace if layout else "default",
    )


def _from_layout(column: str, layout: Layout | None) -> list[ColumnMapping]:
    if layout is None:
        return []
    known, fields = layout.meaning(column)
    if not known:
        return []
    why = _("Column of {layout}.").format(layout=_(layout.label))
    if not fields:
        unused = _("Column of {layout} that is not used; it stays in the original.")
        why = unused.format(layout=_(layout.label))
        return [ColumnMapping(column, None, _LAYOUT_CONFIDENCE, why)]
    return [ColumnMapping(column, field, _LAYOUT_CONFIDENCE, why) for field in fields]


def _guess(column: str, content: Content, kind: RecordKind) -> ColumnMapping:
    field, confidence = find_field(column, kind)
    if field is not None:
        named = _weigh(column, field, confidence, content)
        if named.field is not None:
            return named
    if kind == "records" and not is_about_another(column):
        by_content = _by_content(column, content)
        if by_content is not None:
            return by_content
    if field is not None:
        return named
    return ColumnMapping(column, None, 0.0, _("Nothing known; it stays in the original."))


def _weigh(column: str, field: str, confidence: float, content: Content) -> ColumnMapping:
    """A name, confirmed or denied by what the cells hold."""
    kind = FIELD_KINDS.get(field)
    if kind is None or content.filled < _FEW:
        why = _("Its name says so.")
        return _kept(ColumnMapping(column, field, confidence, why))
    share = content.share(kind)
    percent = round(share * 100)
    if share >= _AGREES:
        sure = round(1 - (1 - confidence) * 0.3, 2)
        why = _("Its name says so, and {percent} % of its cells agree.").format(percent=percent)
        return _kept(ColumnMapping(column, field, sure, why))
    if share < _DISAGREES:
        why = _("Its name would say {field}, but only {percent} % of its cells look like it.")
        why = why.format(field=field, percent=percent)
        return _kept(ColumnMapping(column, field, round(confidence * 0.3, 2), why))
    why = _("Its name says so; {percent} % of its cells agree.").format(percent=percent)
    return _kept(ColumnMapping(column, field, confidence, why))


def _kept(guess: ColumnMapping) -> ColumnMapping:
    if guess.confidence >= SURE_ENOUGH:
        return guess
    return ColumnMapping(guess.column, None, guess.confidence, guess.why)


def _by_content(column: str, content: Content) -> ColumnMapping | None:
    if content.filled < _FEW:
        return None
    for kind, field, confidence in _ALONE:
        share = content.share(kind)
        if share >= _CONTENT_ALONE:
            why = _("{percent} % of its cells look like it.").format(percent=round(share * 100))
            return _kept(ColumnMapping(column, field, round(confidence * share, 2), why))
    return None
