"""Take events out of the log where they lie: every block keeps its place and its length.

A position in a log names the same block for ever, so what is taken out is replaced by blanks of
the same length. What is written is first put beside the segment, durably: a process that is killed
half-way leaves what the next one needs to end it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from passerelle.ingest.log.framing import frame_reception
from passerelle.ingest.log.reception import Reception
from passerelle.ingest.log.segments import segment_path, sync_folder

_NOTHINGS = (b'{"batch":[]}', b"{}", b"")  # the first says it best, the last always fits
_FILLER = "blank"
_MOST_FILLER = 4  # bytes by which the head of a longer body can overshoot


def blank_events(reception: Reception, gone: Collection[int]) -> Reception:
    """A reception without some of its events, as long in the log as before.

    Args:
        reception: What was received.
        gone: Places of events in its body, from 0; all of them goes if the body is no batch.
    """
    kept = None if _is_all(reception, gone) else _without(reception, gone)
    length = _length(reception)
    drafts = [*([] if kept is None else [kept]), *_emptied(reception)]
    return _padded(next(each for each in drafts if _length(each) <= length), length)


def overwrite_blocks(folder: Path, segment: int, blocks: Mapping[int, Reception]) -> None:
    """Put receptions in the place of others of the same length, all of them even if killed.

    Args:
        folder: The log's.
        segment: The segment's number.
        blocks: By the byte at which each begins.
    """
    finish_overwriting(folder)
    told = [(place, frame_reception(each)) for place, each in sorted(blocks.items())]
    beside = _beside(segment_path(folder, segment))
    draft = beside.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.msgpack.encode(told))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(beside)
    sync_folder(folder)
    finish_overwriting(folder)


def finish_overwriting(folder: Path) -> None:
    """End what a killed process had begun to overwrite."""
    for beside in folder.glob("*.log.blanks"):
        told = msgspec.msgpack.decode(beside.read_bytes(), type=list[tuple[int, bytes]])
        path = beside.with_suffix("")
        if path.exists():
            _overwrite(path, told)
        beside.unlink()
    for draft in folder.glob("*.log.draft"):
        draft.unlink()


def _overwrite(path: Path, told: list[tuple[int, bytes]]) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        for place, block in told:
            if os.pread(handle, len(block), place) != block:
                os.pwrite(handle, block, place)
        os.fdatasync(handle)
    finally:
        os.close(handle)


def _beside(segment: Path) -> Path:
    return segment.with_name(f"{segment.name}.blanks")


def _is_all(reception: Reception, gone: Collection[int]) -> bool:
    return len(set(gone)) >= reception.events


def _without(reception: Reception, gone: Collection[int]) -> Reception | None:
    """The reception without some events of its batch; None if it is no batch."""
    try:
        body = msgspec.json.decode(reception.body, type=dict[str, msgspec.Raw])
        batch = msgspec.json.decode(body["batch"], type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, RecursionError):
        return None
    places = [place for place in range(len(batch)) if place not in gone]
    body["batch"] = msgspec.Raw(msgspec.json.encode([batch[place] for place in places]))
    now = {before: at for at, before in enumerate(places)}
    return msgspec.structs.replace(
        reception,
        body=msgspec.json.encode(body),
        given_ids={now[at]: said for at, said in reception.given_ids.items() if at in now},
        faults={now[at]: said for at, said in reception.faults.items() if at in now},
        events=len(places),
    )


def _emptied(reception: Reception) -> Iterator[Reception]:
    for body in _NOTHINGS:
        yield msgspec.structs.replace(
            reception,
            dialect="segment",
            call="batch",
            body=body,
            facts={},
            given_ids={},
            faults={},
            events=0,
        )


def _padded(reception: Reception, length: int) -> Reception:
    """The reception with blanks behind its body, so that its block has a length."""
    for filler in range(_MOST_FILLER):
        facts = {**reception.facts, _FILLER: " " * filler} if filler else reception.facts
        filled = msgspec.structs.replace(reception, facts=facts)
        missing = length - _length(filled)
        # Where the body grows, so may what says its length.
        for blanks in range(missing, max(missing - _MOST_FILLER, -1), -1):
            padded = _with(filled, filled.body + b" " * blanks)
            if _length(padded) == length:
                return padded
    raise ValueError(f"no block of {length} bytes can take its place")


def _with(reception: Reception, body: bytes) -> Reception:
    return msgspec.structs.replace(reception, body=body)


def _length(reception: Reception) -> int:
    return len(frame_reception(reception))
