"""Events are taken out of the log where they lie, and every other block stays as it was."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.ingest import (
    LogEntry,
    LogReader,
    Reception,
    blank_events,
    finish_overwriting,
    list_logs,
    overwrite_blocks,
    segment_path,
)
from passerelle.ingest.log.framing import frame_reception
from tests.event_logs import reception, track, write_log


def entries_of(home: Path) -> list[LogEntry]:
    """Every reception of the one log of a home; damage fails the test."""
    (log,) = list_logs(home / "collector" / "log")
    found = list(LogReader(log).read())
    assert all(isinstance(each, LogEntry) for each in found)
    return [each for each in found if isinstance(each, LogEntry)]


@given(
    bodies=st.lists(st.text(max_size=400), min_size=1, max_size=6),
    gone=st.sets(st.integers(min_value=0, max_value=5), min_size=1),
    facts=st.dictionaries(st.sampled_from(["cookie", "ip"]), st.text(max_size=300)),
)
def test_a_blanked_reception_has_the_length_it_had(
    bodies: list[str], gone: set[int], facts: dict[str, str]
) -> None:
    told = [track(f"m-{at}", properties={"said": said}) for at, said in enumerate(bodies)]
    given_ids = {at: f"given-{at}" for at in range(len(told))}
    before = reception(*told, facts=facts, given_ids=given_ids)
    blank = blank_events(before, {at for at in gone if at < len(told)} or {0})
    assert len(frame_reception(blank)) == len(frame_reception(before))


@given(length=st.integers(min_value=0, max_value=70_000))
def test_whatever_its_length_a_request_can_be_blanked_whole(length: int) -> None:
    before = Reception(
        received_at=1, source="web", kind="browser", dialect="segment", call="t",
        body=b"x" * length,
    )  # fmt: skip
    blank = blank_events(before, {0})
    assert len(frame_reception(blank)) == len(frame_reception(before))
    assert b"x" not in blank.body


def test_other_events_of_a_batch_keep_their_ids_and_faults() -> None:
    before = reception(
        *[track(f"m-{at}", anonymousId=f"cookie-{at}") for at in range(4)],
        given_ids={1: "one", 3: "three"},
        faults={2: "bad_json"},
    )
    blank = blank_events(before, {1})
    left = json.loads(blank.body)["batch"]
    assert [each["anonymousId"] for each in left] == ["cookie-0", "cookie-2", "cookie-3"]
    assert (blank.given_ids, blank.faults, blank.events) == ({2: "three"}, {1: "bad_json"}, 3)


def test_blocks_keep_their_places_in_the_segment(tmp_path: Path) -> None:
    write_log(tmp_path, [reception(track(f"m-{at}", anonymousId=f"c-{at}")) for at in range(5)])
    before = entries_of(tmp_path)
    (log,) = list_logs(tmp_path / "collector" / "log")
    gone = before[2]
    blank = blank_events(gone.reception, {0})
    overwrite_blocks(log, gone.position.segment, {gone.position.offset: blank})
    after = entries_of(tmp_path)
    assert [each.position for each in after] == [each.position for each in before]
    assert [each.reception for at, each in enumerate(after) if at != 2] == [
        each.reception for at, each in enumerate(before) if at != 2
    ]
    assert b"c-2" not in segment_path(log, 1).read_bytes()


@pytest.mark.parametrize("is_torn", [True, False])
def test_what_a_killed_process_had_begun_to_overwrite_is_ended(
    tmp_path: Path, is_torn: bool
) -> None:
    write_log(tmp_path, [reception(track("m", anonymousId="cookie-of-somebody"))])
    (entry,) = entries_of(tmp_path)
    (log,) = list_logs(tmp_path / "collector" / "log")
    blank = blank_events(entry.reception, {0})
    segment = segment_path(log, entry.position.segment)
    planned = [(entry.position.offset, frame_reception(blank))]
    segment.with_name(f"{segment.name}.blanks").write_bytes(msgspec.msgpack.encode(planned))
    if is_torn:  # half of the block is written
        body = segment.read_bytes()
        half = len(body) // 2
        segment.write_bytes(frame_reception(blank)[:half] + body[half:])
    finish_overwriting(log)
    assert [each.reception for each in entries_of(tmp_path)] == [blank]
    assert [path.name for path in log.glob("*.log*")] == [segment.name]
