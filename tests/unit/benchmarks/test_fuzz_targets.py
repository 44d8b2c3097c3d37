"""The promises that fuzzing holds the code to, on the inputs that are kept, without the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz.command import CORPUS
from benchmarks.fuzz.targets import TARGETS

KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


def test_each_target_has_inputs() -> None:
    assert {path.parent.name for path in KEPT} == set(TARGETS)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_promise_is_broken(path: Path) -> None:
    assert TARGETS[path.parent.name](path.read_bytes()) is None  # type: ignore[func-returns-value]
