"""Opening event files: what they are made of, what is refused, and reading them in batches."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from passerelle.collect.events import (
    EVENT_SCHEMA,
    EventFile,
    EventLimits,
    detect_format,
    list_event_formats,
    open_events,
)
from passerelle.files import ReadLimits
from passerelle.kernel import InvalidInput

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[3] / "samples" / "events"


def event(**fields: object) -> dict[str, object]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "anonymousId": "a-1",
        "timestamp": "2026-11-22T10:00:00Z",
        **fields,
    }


def write_lines(path: Path, *lines: object) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def read(file: EventFile, size: int = 1000) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    batches = list(file.batches(size))
    frame = pl.concat([batch.frame for batch in batches])
    return frame, [(row.row_number, row.reason) for batch in batches for row in batch.rejected]


@pytest.mark.parametrize(
    ("name", "format", "events", "refused"),
    [
        ("segment.jsonl", "segment", 16, 0),
        ("matomo.json", "matomo", 4, 1),
        ("matomo.csv", "matomo", 4, 0),
        ("ga4.jsonl", "ga4", 3, 1),
    ],
)
def test_each_sample_is_recognised_and_read(
    name: str, format: str, events: int, refused: int
) -> None:
    file = open_events(SAMPLES / name, received_at=NOW)

    frame, rejected = read(file)

    assert file.format == format
    assert frame.schema == pl.Schema(EVENT_SCHEMA)
    assert (frame.height, len(rejected)) == (events, refused)


def test_bad_lines_are_refused_with_their_reason_and_their_neighbours_are_kept(
    tmp_path: Path,
) -> None:
    file = write_lines(
        tmp_path / "events.jsonl",
        event(messageId="first"),
        '{"type": "track", "event": "cut',
        "[1, 2]",
        event(anonymousId="", userId=None),
        event(type="purchase"),
        event(event=""),
        "",
        event(big="x" * 40_000),
        event(messageId="last"),
    )

    frame, rejected = read(open_events(file, received_at=NOW))

    assert frame["message_id"].to_list() == ["first", "last"]
    assert frame["row_number"].to_list() == [1, 9]
    assert rejected == [
        (2, "bad_json"),
        (3, "not_an_object"),
        (4, "no_id"),
        (5, "unknown_type"),
        (6, "no_event_name"),
        (8, "too_large"),
    ]


def test_a_refusal_is_explained_and_keeps_the_line_but_names_nobody(tmp_path: Path) -> None:
    line = '{"type": "track", "event": "x", "email": "jane@example.com", '
    file = write_lines(tmp_path / "events.jsonl", event(), line)

    (batch,) = open_events(file).batches(10)

    (row,) = batch.rejected
    assert row.original == line
    assert "not valid JSON" in row.detail
    assert "jane" not in row.detail


def test_bytes_that_are_not_utf8_refuse_one_line(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    good = json.dumps(event(event="Aperçu"), ensure_ascii=False)
    file.write_bytes(b"\n".join([good.encode(), good.encode("latin-1"), good.encode()]))

    frame, rejected = read(open_events(file))

    assert frame["name"].to_list() == ["Aperçu", "Aperçu"]
    assert rejected == [(2, "bad_encoding")]


def test_batches_are_the_same_on_every_run_so_that_an_import_can_resume(tmp_path: Path) -> None:
    lines = [event(messageId=None) if n % 7 else "{broken" for n in range(50)]
    file = open_events(write_lines(tmp_path / "events.jsonl", *lines), received_at=NOW)

    whole = list(file.batches(8))
    resumed = list(file.batches(8, start=3))

    assert [batch.number for batch in resumed] == [3, 4, 5, 6]
    for before, after in zip(whole[3:], resumed, strict=True):
        assert before.frame.equals(after.frame)
        assert before.rejected == after.rejected


def test_a_file_is_read_alike_plain_gzipped_and_zipped(tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "events.jsonl", event(messageId="1"), event(messageId="2"))
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    archive = tmp_path / "events.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.write(plain, "events.jsonl")

    frames = [read(open_events(path))[0] for path in (plain, packed, archive)]

    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "events.jsonl.gz"
    bomb.write_bytes(gzip.compress(b'{"a": "' + b" " * (4 << 20) + b'"}'))
    limits = EventLimits(files=ReadLimits(ratio_grace_bytes=1 << 20))

    with pytest.raises(InvalidInput, match="expands beyond"):
        open_events(bomb, limits=limits)


def test_a_json_array_and_an_object_over_several_lines_are_read(tmp_path: Path) -> None:
    array = tmp_path / "array.json"
    array.write_text(json.dumps([event(messageId="1"), event(messageId="2")], indent=2))
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"batch": [event(messageId="1"), event(messageId="2")]}, indent=2))

    for path in (array, body):
        frame, _ = read(open_events(path))
        assert frame["message_id"].to_list() == ["1", "2"]


def test_ga4_rows_are_read_from_parquet_as_from_json_lines(tmp_path: Path) -> None:
    rows = pl.read_ndjson(SAMPLES / "ga4.jsonl", infer_schema_length=None)
    rows.write_parquet(tmp_path / "ga4.parquet")

    from_parquet, _ = read(open_events(tmp_path / "ga4.parquet"))
    from_lines, _ = read(open_events(SAMPLES / "ga4.jsonl"))

    own = ("message_id", "original", "properties", "consent")
    assert from_parquet.drop(own).equals(from_lines.drop(own))


def test_a_truncated_parquet_file_is_an_error_with_a_hint(tmp_path: Path) -> None:
    rows = pl.DataFrame({"event_name": ["x"] * 100, "event_timestamp": [1] * 100})
    whole = tmp_path / "whole.parquet"
    rows.write_parquet(whole)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:-20])

    with pytest.raises(InvalidInput, match="damaged or cut off") as caught:
        open_events(cut)
    assert caught.value.hint


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", '{"a": 1}\n'])
def test_a_file_of_something_else_is_an_error_with_a_hint(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.txt"
    file.write_text(content)

    with pytest.raises(InvalidInput) as caught:
        open_events(file)
    assert caught.value.hint


def test_a_folder_and_a_missing_file_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="folder"):
        open_events(tmp_path)
    with pytest.raises(InvalidInput, match="no file"):
        open_events(tmp_path / "nothing.jsonl")


def test_an_unknown_format_names_those_that_exist(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "events.jsonl", event())

    with pytest.raises(InvalidInput) as caught:
        open_events(file, format="snowplow")
    assert "segment" in caught.value.hint


def test_a_line_far_over_the_limit_is_cut_and_refused_without_filling_memory(
    tmp_path: Path,
) -> None:
    huge = json.dumps(event(big="x" * 300_000))
    file = write_lines(tmp_path / "events.jsonl", event(messageId="1"), huge, event(messageId="2"))
    limits = EventLimits(max_line_bytes=100_000)

    (batch,) = open_events(file, limits=limits).batches(10)

    assert batch.frame["message_id"].to_list() == ["1", "2"]
    (row,) = batch.rejected
    assert row.reason == "too_large"
    assert len(row.original) == 100_001


def test_detection_says_how_sure_it_is() -> None:
    good, odd = json.dumps(event()).encode(), b'{"colour": "red"}'

    assert detect_format([good]) == ("segment", 1.0)
    assert detect_format([good, odd]) == ("segment", 0.5)
    assert detect_format([odd]) is None


def test_the_formats_are_plug_ins() -> None:
    assert {"segment", "matomo", "ga4"} <= set(list_event_formats())
