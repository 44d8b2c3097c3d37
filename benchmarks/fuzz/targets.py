"""What fuzzing tries: a function of bytes for each promise, which raises where it is broken."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from rapidfuzz.distance import OSA, JaroWinkler

from passerelle.collect import open_table
from passerelle.identifiers import Parsed, load_identifier_types, parse_identifier
from passerelle.kernel import InvalidInput
from passerelle.linkage import Explainer, Linkage, Linker, link
from passerelle.linkage.dictionaries import WIDTH, text_table
from passerelle.linkage.fields import list_comparisons
from passerelle.linkage.texts.folding import applied
from passerelle.linkage.texts.string_kernels import edits_up_to_2, jaro_winkler
from passerelle.postal import standardize_address
from passerelle.postal.address import LINE_LENGTH

_NEAR = 1e-9
_MOST_EDITS = 3
_MOST_RECORDS = 2_000


class PromiseBroken(Exception):
    """Something that must hold of any input does not; says what, and for which values."""


def near_texts(data: bytes) -> None:
    """Kernels are rapidfuzz's distances, whichever of two texts comes first."""
    one, other = _texts(data, 2)
    one, other = one[:WIDTH], other[:WIDTH]
    if not one or not other or one == other:
        return
    arrays = text_table(pa.array([one, other])).arrays
    for left, right in ((0, 1), (1, 0)):
        edits = edits_up_to_2(*arrays, left, right)
        _promise(edits == min(_MOST_EDITS, OSA.distance(one, other)), "edits", one, other)
        likeness = jaro_winkler(*arrays, left, right, 0.0)
        expected = JaroWinkler.similarity(*((one, other) if left == 0 else (other, one)))
        _promise(abs(likeness - expected) < _NEAR, "likeness", one, other)


def normal_values(data: bytes) -> None:
    """A value that was put right stays as it is, alone and among others."""
    told = _texts(data, 3)
    for kind, comparison in list_comparisons().items():
        once = applied(comparison.normalize, pl.Series(told, dtype=pl.String))
        twice = applied(comparison.normalize, once)
        _promise(once.equals(twice, null_equal=True), f"{kind} twice", *told)
        alone = applied(comparison.normalize, pl.Series(told[:1], dtype=pl.String))
        _promise(alone.equals(once.head(1), null_equal=True), f"{kind} alone", *told)


def levels(data: bytes) -> None:
    """Two values reach one level, whichever comes first; equal ones agree exactly."""
    one, other = _texts(data, 2)
    values = pl.Series([one, other], dtype=pl.String)
    for kind, comparison in list_comparisons().items():
        told = applied(comparison.normalize, values).drop_nulls().unique(maintain_order=True)
        if told.len() != len(values):
            continue
        texts = pa.array(told.to_arrow()).cast(pa.large_string())
        tables = comparison.tables(texts, np.empty(0, np.uint64))
        codes = np.array([[0], [1], [0]], np.int32)
        exact = np.full(2, comparison.first_exact, np.uint8)
        left, right = np.array([0, 1, 0], np.int32), np.array([1, 0, 2], np.int32)
        patterns = np.zeros(3, np.uint64)
        comparison.kernel(codes, 0, left, right, np.uint64(0), exact, patterns, *tables.arguments)
        _promise(patterns[0] == patterns[1], f"{kind} both ways", one, other)
        _promise(patterns[2] == comparison.first_exact, f"{kind} equal", one, other)


def identifiers(data: bytes) -> None:
    """An identifier that was read is read again as itself."""
    (text,) = _texts(data, 1)
    for name in load_identifier_types():
        first = parse_identifier(name, text)
        if isinstance(first, Parsed):
            again = parse_identifier(name, first.value)
            _promise(
                isinstance(again, Parsed) and again.value == first.value, f"{name} again", text
            )


def files(data: bytes) -> None:
    """A file is refused with a hint, or its records are linked: each has a cluster."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "given.csv"
        path.write_bytes(data)
        try:
            table = open_table(path)
            frames = [batch.frame.select(table.columns) for batch in table.batches(_MOST_RECORDS)]
            found = link(pl.concat(frames).to_arrow())
        except InvalidInput as refused:
            _promise(bool(refused.hint), "no hint", refused.message)
            return
    _check(found)


def _check(found: Linkage) -> None:
    clusters, count = found.clusters, found.records.count
    _promise(len(clusters) == count, "a cluster for each record")
    _promise(bool((clusters[clusters] == clusters).all()), "called after its first record")
    homes = found.households
    _promise(bool((homes[clusters] == homes).all()), "one person, one household")
    odds = found.scores.person
    _promise(bool(np.isfinite(odds).all()), "odds are numbers")
    if found.pairs.count:
        ends = (int(found.pairs.left[0]), int(found.pairs.right[0]))
        told = Explainer(found.table, found.model, found.fields).explain(*ends)
        _promise(np.isfinite(told.so_far).all(), "an explanation in numbers")
    added = Linker(found).add(found.table.slice(0, 2))
    _promise(len(added.cluster_ids) == min(2, count), "records are added")


def _texts(data: bytes, count: int) -> list[str]:
    """Texts of an input: what stands between zeros, as UTF-8 where it is."""
    parts = data.decode("utf-8", "replace").split("\0")
    return [*parts, *[""] * count][:count]


def _promise(is_kept: object, what: str, *values: str) -> None:
    if not is_kept:
        raise PromiseBroken(f"{what}: {values!r}")


def addresses(data: bytes) -> None:
    """An address is written in lines that fit, and its lines are read as themselves."""
    (text,) = _texts(data, 1)
    made = standardize_address(text)
    _promise(max(map(len, made.lines)) <= LINE_LENGTH, "38 characters", text)
    again = standardize_address("\n".join(filter(None, made.lines)))
    _promise(again.lines == made.lines, "lines twice", text)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "addresses": addresses,
    "files": files,
    "identifiers": identifiers,
    "levels": levels,
    "near-texts": near_texts,
    "normal-values": normal_values,
}
