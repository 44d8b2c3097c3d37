"""From rows of a file of consents to what they say, in the words of the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import polars as pl

from passerelle.collect import ROW_NUMBER, BadRow, SourceRef, parse_timestamps, trim_cells
from passerelle.consent.channels import CHANNELS, EVERY
from passerelle.consent.hearing import DECLARED
from passerelle.consent.importing.consent_columns import SUBJECTS, ConsentColumns
from passerelle.consent.ledger import METHODS, Said, check_said
from passerelle.consent.policy import Policy
from passerelle.identifiers import id_texts, normalize_column
from passerelle.kernel import IdentifierKeys, RejectedRecord
from passerelle.kernel.language import _

_MARKETING = "marketing"
_PROSPECTING = ("consent", "legitimate_interest")
_YES = frozenset({"oui", "o", "yes", "y", "1", "true", "vrai", "x", "optin", "accepte", "granted"})
_NO = frozenset({"non", "n", "no", "0", "false", "faux", "optout", "refuse", "refused"})
_GONE = frozenset({"withdrawn", "desabonne", "unsubscribed", "stop"})
_WORDS = MappingProxyType(
    dict.fromkeys(_YES, "granted")
    | dict.fromkeys(_NO, "refused")
    | dict.fromkeys(_GONE, "withdrawn")
    | dict(DECLARED)
    | {"objected": "objected"}
)


@dataclass(frozen=True)
class RowsRead:
    """What rows say: statements, those of them that no date goes with, and unusable rows."""

    said: list[Said]
    undated: list[Said]
    bad_rows: tuple[BadRow, ...]


@dataclass(frozen=True)
class RowReader:
    """Reads rows of one file.

    `received_at` is when they reached us: the time of a refusal that has no date of its own.
    """

    columns: ConsentColumns
    source: SourceRef
    policy: Policy
    keys: IdentifierKeys
    received_at: datetime

    def read(self, frame: pl.DataFrame) -> RowsRead:
        """Read rows; a flaw costs a row its grants and never its refusals."""
        cells = trim_cells(frame.drop(ROW_NUMBER))
        subjects = {name: self._ids(cells, name) for name in SUBJECTS}
        dates = {
            name: parse_timestamps(cells[name])[0].to_list()
            for name, meaning in self.columns.meanings.items()
            if meaning.startswith("date") and name in cells.columns
        }
        said: list[Said] = []
        undated: list[Said] = []
        bad: list[BadRow] = []
        for place, row in enumerate(cells.iter_rows(named=True)):
            ids = {name: id_ for name, of in subjects.items() if (id_ := of[place]) is not None}
            when = {name: values[place] for name, values in dates.items()}
            try:
                for each, is_dated in self._statements(row, ids, when):
                    (said if is_dated else undated).append(each)
            except RejectedRecord as rejected:
                filled = {name: cell for name, cell in row.items() if cell is not None}
                text = json.dumps(filled, ensure_ascii=False)
                number = frame[ROW_NUMBER][place]
                bad.append(BadRow(number, rejected.reason, str(rejected), text))
        return RowsRead(said, undated, tuple(bad))

    def _ids(self, cells: pl.DataFrame, name: str) -> list[int | None]:
        """The id of the subject of each row; None where there is none that can be used."""
        present = [each for each in self.columns.columns_for(name) if each in cells.columns]
        if not present:
            return [None] * cells.height
        told = cells.select(pl.coalesce(present)).to_series()
        if name == "record":
            texts = [None if key is None else f"{self.source.name}:{key}" for key in told]
        else:
            read = normalize_column(name, told)
            is_usable = (read.judgements != "blocked").fill_null(value=True)
            values = [v if ok else None for v, ok in zip(read.values, is_usable, strict=True)]
            known = iter(id_texts(name, [each for each in values if each is not None]))
            texts = [None if each is None else next(known) for each in values]
        ids = iter(
            self.keys.identifier_ids(name, [each for each in texts if each is not None]).tolist()
        )
        return [None if each is None else next(ids) for each in texts]

    def _statements(
        self,
        row: Mapping[str, str | None],
        ids: Mapping[str, int],
        when: Mapping[str, datetime | None],
    ) -> Iterator[tuple[Said, bool]]:
        """What a row says, refusals first, each with whether it has a date."""
        answers = sorted(self._answers(row), key=lambda each: each[1] == "granted")
        if answers and not ids:
            raise RejectedRecord("nobody", _("No e-mail, phone or number in it can be used."))
        flaw: RejectedRecord | None = None
        for channel, decision in answers:
            try:
                at = self._instant(channel, when)
                self._check_date(decision, at)
                found = list(self._all_said(row, ids, channel, decision, at))
                self._check_found(row, channel, decision, found)
                for each in found:
                    check_said(each)
                    yield each, at is not None
            except RejectedRecord as rejected:
                flaw = flaw or rejected  # what else the row refuses still counts
        if flaw is not None:
            raise flaw
        self._check_answers(row)

    def _check_date(self, decision: str, at: datetime | None) -> None:
        if decision != "granted":
            return
        if at is None:
            raise RejectedRecord("no_date", _("A consent needs the date at which it was given."))
        if at > self.received_at:
            raise RejectedRecord("future_date", _("The consent is dated in the future."))

    def _check_found(
        self, row: Mapping[str, str | None], channel: str, decision: str, found: list[Said]
    ) -> None:
        """A consent has a subject; a refusal too, unless its cell is blank."""
        kinds = CHANNELS[channel].subject_types if channel in CHANNELS else ()
        is_told = any(self._fact(row, kind) for kind in kinds)
        if not found and (decision == "granted" or is_told):
            raise RejectedRecord("nobody", _("Nobody in it can be reached on that channel."))

    def _answers(self, row: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
        """Channel and decision of each answer of a row."""
        for column, meaning in self.columns.meanings.items():
            way, _colon, channel = meaning.partition(":")
            cell = row.get(column)
            if cell is None or way not in ("yes", "no", "decision"):
                continue
            decision = _WORDS.get(_fold(cell))
            if way == "no" and decision == "granted":
                yield channel, "withdrawn"
            elif way == "yes" and decision is not None:
                yield channel, decision
            elif way == "decision" and decision is not None:
                yield self._channel(row, decision), decision

    def _check_answers(self, row: Mapping[str, str | None]) -> None:
        for column, meaning in self.columns.meanings.items():
            cell = row.get(column)
            is_answer = meaning == "decision" or meaning.startswith(("yes:", "no:"))
            if is_answer and cell is not None and _fold(cell) not in _WORDS:
                raise RejectedRecord("unknown_answer", _("An answer in it is neither yes nor no."))

    def _channel(self, row: Mapping[str, str | None], decision: str) -> str:
        told = self._fact(row, "channel") or self.columns.channel
        if told not in CHANNELS and decision == "granted":
            raise RejectedRecord("unknown_channel", _("The channel is none that we know."))
        return told if told in CHANNELS else EVERY

    def _instant(self, channel: str, when: Mapping[str, datetime | None]) -> datetime | None:
        own = self.columns.columns_for(f"date:{channel}")
        return next(
            (when[name] for name in [*own, *self.columns.columns_for("date")] if when.get(name)),
            None,
        )

    def _fact(self, row: Mapping[str, str | None], name: str) -> str:
        return next((row.get(each) or "" for each in self.columns.columns_for(name)), "")

    def _all_said(
        self,
        row: Mapping[str, str | None],
        ids: Mapping[str, int],
        channel: str,
        decision: str,
        at: datetime | None,
    ) -> Iterator[Said]:
        method = self._fact(row, "method")
        notice = self._fact(row, "notice") or self.columns.notice
        if decision == "granted" and notice not in self.policy.notices:
            raise RejectedRecord("unknown_notice", _("The policy has no such notice."))
        for purpose, place in self._pairs(self._fact(row, "purpose"), channel, decision):
            is_told = self.policy.purposes[purpose].legal_basis != "consent"
            for kind in CHANNELS[place].subject_types:
                if kind in ids:
                    yield Said(
                        subject_type=kind,
                        subject_id=ids[kind],
                        purpose=purpose,
                        channel=place,
                        decision="informed" if is_told and decision == "granted" else decision,
                        method=method if method in METHODS else "import",
                        notice=notice if decision == "granted" else "",
                        source=self.source.name,
                        is_trusted=self.source.is_trusted,
                        occurred_at=at or self.received_at,
                    )

    def _pairs(self, told: str, channel: str, decision: str) -> list[tuple[str, str]]:
        """Purposes and channels that an answer is about: all prospecting, if it refuses all."""
        named = told or self.columns.purpose
        wanted = {
            key: each
            for key, each in self.policy.purposes.items()
            if each.legal_basis in _PROSPECTING and channel in (EVERY, *each.rules)
        }
        if named or decision == "granted":
            word = named or _MARKETING
            chosen = {k: each for k, each in wanted.items() if word in (k, *each.categories)}
            if not chosen and not named and len(wanted) == 1:
                chosen = wanted  # a channel of one purpose alone needs no name for it
            if not chosen:
                raise RejectedRecord("unknown_purpose", _("The policy has no such purpose there."))
            wanted = chosen
        return [
            (key, place)
            for key, each in wanted.items()
            for place in each.rules
            if channel in (EVERY, place)
        ]


def _fold(cell: str) -> str:
    """A cell as its letters and digits alone, without accents."""
    plain = cell.lower().translate(str.maketrans("éèê", "eee"))
    return "".join(each for each in plain if each.isalnum())
