"""Make personal links: for one person, or for everybody in a file that a mail tool sends to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.collect import TableFile
from passerelle.identifiers import id_texts, normalize_column
from passerelle.identify.profiles import PROFILE_PREFIX
from passerelle.identify.rules import RECORD
from passerelle.ingest import LinkKey, LinkRules, PersonalLink, make_link_token
from passerelle.kernel import IdentifierKeys, InvalidInput, parse_id
from passerelle.kernel.language import _
from passerelle.store import Store

Ints = npt.NDArray[np.int64]

LINK_COLUMN = "link"
"""The column that a file gets."""
SUBJECT_TYPES = ("profile", RECORD, "customer_number", "loyalty_card", "login", "email", "phone")
"""What a column may name people by."""

_BATCH = 200_000


@dataclass(frozen=True)
class LinkOrder:
    """What all links of a mailing share.

    days: how long they live, or None for what the rules say of the channel.
    """

    target: str
    channel: str
    days: int | None = None


@dataclass(frozen=True)
class LinksMade:
    """What making links for a file came to; `unknown` rows name nobody in the base."""

    rows: int
    links: int
    unknown: int
    expires_at: datetime
    out: Path


def random_link_ids(count: int) -> Ints:
    """Ids that nobody can guess."""
    return np.frombuffer(secrets.token_bytes(8 * count), dtype=np.int64)


class LinkMaker:
    """Makes links with the rules and the secret of one installation."""

    def __init__(
        self,
        keys: IdentifierKeys,
        rules: LinkRules,
        order: LinkOrder,
        *,
        now: datetime,
        draw: Callable[[int], Ints] = random_link_ids,
    ) -> None:
        self.expires_at = now + timedelta(days=order.days or rules.days[order.channel])
        self._key = LinkKey.of(keys.secret)
        self._rules = rules
        self._order = order
        self._draw = draw

    def make(self, subject_ids: list[int]) -> list[str]:
        """A link for each identifier.

        Raises:
            InvalidInput: The links may not lead where they are meant to.
        """
        return [
            self._rules.base
            + make_link_token(
                PersonalLink(
                    link_id=link_id,
                    subject_id=subject_id,
                    channel=self._order.channel,
                    expires_at=self.expires_at,
                    target=self._order.target,
                ),
                self._key,
                self._rules.hosts,
            )
            for link_id, subject_id in zip(
                self._draw(len(subject_ids)).tolist(), subject_ids, strict=True
            )
        ]


def write_links(  # noqa: PLR0913 - a file, whom it names, and where the links go
    table: TableFile,
    out: Path,
    maker: LinkMaker,
    *,
    store: Store,
    keys: IdentifierKeys,
    column: str,
    type_name: str,
    progress: Callable[[int], None] = lambda _rows: None,
) -> LinksMade:
    """Copy a table to a CSV with a link for each row, empty where nobody is known.

    Args:
        table: The file, opened.
        out: The CSV to write.
        maker: Makes the links.
        store: Who is known.
        keys: Make identifier ids.
        column: The column that names the person of each row.
        type_name: What it names them by, of `SUBJECT_TYPES`; records as `SOURCE:KEY`.
        progress: Told how many more rows were done.

    Raises:
        InvalidInput: The table has no such column, or has one called `link` already, or the file
            cannot be written.
    """
    _check_columns(table, column)
    known = _known(store, type_name)
    rows = links = 0
    try:
        with out.open("wb") as stream:
            for batch in table.batches(_BATCH):
                linked = _linked(
                    batch.frame.select(table.columns), maker, keys, known, column, type_name
                )
                linked.write_csv(stream, include_header=batch.number == 0)
                rows += linked.height
                links += linked[LINK_COLUMN].count()
                progress(linked.height)
    except OSError as error:
        raise InvalidInput(
            _("The links cannot be written to {path}: {reason}.").format(
                path=out, reason=error.strerror
            ),
            hint=_("Give --out a file in a folder that you may write to."),
        ) from None
    return LinksMade(rows, links, rows - links, maker.expires_at, out)


def _check_columns(table: TableFile, column: str) -> None:
    if column not in table.columns:
        raise InvalidInput(
            _("{file} has no column {columns}.").format(file=table.path.name, columns=column),
            hint=_("Its columns: {columns}. Name one with --column.").format(
                columns=", ".join(table.columns)
            ),
        )
    if LINK_COLUMN in table.columns:
        raise InvalidInput(
            _("{file} has a column called {column} already.").format(
                file=table.path.name, column=LINK_COLUMN
            ),
            hint=_("Rename it: the new links go into a column of that name."),
        )


def _known(store: Store, type_name: str) -> pl.Series:
    """Identifiers of a type that a link can be made for: an unknown one would bind nobody."""
    if type_name == "profile":
        sql = "select distinct profile_id as identifier_id from placements"
    else:  # one of a fixed list of words
        sql = f"select identifier_id from identifiers where type = '{type_name}'"  # noqa: S608
    return pl.Series(store.arrow(sql)["identifier_id"]).cast(pl.Int64)


def _linked(
    frame: pl.DataFrame,
    maker: LinkMaker,
    keys: IdentifierKeys,
    known: pl.Series,
    column: str,
    type_name: str,
) -> pl.DataFrame:
    subjects = _subjects(frame[column], type_name, keys)
    told = subjects.is_in(known.implode()) & subjects.is_not_null()
    rows = told.arg_true()
    made = pl.Series(LINK_COLUMN, maker.make(subjects.gather(rows).to_list()), dtype=pl.String)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    links = nothing.scatter(rows, made) if len(rows) else nothing
    return frame.with_columns(links.alias(LINK_COLUMN))


def _subjects(named: pl.Series, type_name: str, keys: IdentifierKeys) -> pl.Series:
    """The identifier id that each cell names, or null."""
    if type_name == "profile":
        ids = [None if each is None else parse_id(each, PROFILE_PREFIX) for each in named]
        return pl.Series(ids, dtype=pl.Int64)
    if type_name == RECORD:
        values = named.str.strip_chars()
    else:
        values = normalize_column(type_name, named).values
    rows = values.is_not_null().arg_true()
    some = values.gather(rows).to_list()
    texts = some if type_name == RECORD else id_texts(type_name, some)
    found = pl.Series(keys.identifier_ids(type_name, texts), dtype=pl.Int64)
    nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(named))
    return nothing.scatter(rows, found) if len(rows) else nothing
