"""What each column of a file means: the plan an import follows, and that a person may correct."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import Literal

from passerelle.collect.fields import RECEIPT_MEANINGS, RECORD_MEANINGS, RecordKind
from passerelle.kernel.language import _

DateOrder = Literal["dmy", "mdy", "ymd"]
"""The order of day, month and year in dates written with numbers only."""

DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")

DEFAULT_NAMESPACE = "default"
"""Issuer of customer numbers, cards and logins that are the brand's own."""

_COMMENT_WIDTH = 90  # characters of a line of the mapping's file, so that no editor wraps it


@dataclass(frozen=True)
class ColumnMapping:
    """What one column means, how sure that is (0 to 1), and why; no field when it is not used."""

    column: str
    field: str | None
    confidence: float
    why: str


@dataclass(frozen=True)
class Mapping:
    """What all columns of a file mean.

    A column may stand twice, to feed two fields; where several columns feed one field, the
    first that is not empty wins.
    """

    kind: RecordKind
    columns: tuple[ColumnMapping, ...]
    layout: str | None = None
    date_order: DateOrder = "dmy"
    namespace: str = DEFAULT_NAMESPACE

    @property
    def record_key(self) -> str | None:
        """The column that holds the source's own key of the row, if one does."""
        return next((c.column for c in self.columns if c.field == "record_key"), None)

    def columns_for(self, field: str) -> tuple[str, ...]:
        """The columns that feed a field, in order."""
        return tuple(c.column for c in self.columns if c.field == field)

    def fields(self) -> tuple[str, ...]:
        """The fields that some column feeds, each once, in the order of the columns."""
        return tuple(dict.fromkeys(c.field for c in self.columns if c.field is not None))

    def to_toml(self) -> str:
        """The mapping as a file that a person can read, correct and give back."""
        return _to_toml(self)


def _to_toml(mapping: Mapping) -> str:
    lines = [
        *_comment(
            _(
                "What each column of the file means to passerelle. Correct it and give it back "
                "with --mapping. A field is one of:"
            )
        ),
        *_field_comments(mapping.kind),
        *_comment(
            _(
                '"" keeps the column in the original only; a list feeds several fields; where '
                "several columns feed one field, the first that is not empty wins."
            )
        ),
        "",
        f"kind = {_quote(mapping.kind)}",
    ]
    if mapping.layout:
        lines.append(f"layout = {_quote(mapping.layout)}")
    lines += [
        *_comment(_("order of day, month and year in dates of numbers only: dmy, mdy or ymd")),
        f"date_order = {_quote(mapping.date_order)}",
        *_comment(
            _('who issues the customer numbers, cards and logins; "default" is the brand itself')
        ),
        f"namespace = {_quote(mapping.namespace)}",
        "",
        "[columns]",
        *_column_lines(mapping),
    ]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text, _COMMENT_WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )


def _field_comments(kind: RecordKind) -> list[str]:
    meanings = RECORD_MEANINGS if kind == "records" else RECEIPT_MEANINGS
    width = max(map(len, meanings))
    return [f"#   {name:<{width}}  {_(meaning)}" for name, meaning in meanings.items()]


def _column_lines(mapping: Mapping) -> list[str]:
    """One line a column; where several feed one field, their order is the order asked."""
    lines = []
    for column in dict.fromkeys(c.column for c in mapping.columns):
        claims = [c for c in mapping.columns if c.column == column]
        fields = [c.field for c in claims if c.field is not None]
        value = _quote(fields[0]) if len(fields) == 1 else json.dumps(fields) if fields else '""'
        percent = round(max(c.confidence for c in claims) * 100)
        note = _("{percent} %: {why}").format(percent=percent, why=claims[0].why)
        note = "".join(c if c.isprintable() else " " for c in note)
        lines.append(f"{_quote(column)} = {value}  # {note}")
    return lines


def _quote(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's too, save that of DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
