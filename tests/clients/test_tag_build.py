"""The tag that is shipped is small, and is what its sources build to."""

from __future__ import annotations

from pathlib import Path

from passerelle.ingest.tag import read_script
from tools.tag import build

LARGEST = 4 * 1024  # what the pages about it say


def test_the_tag_is_small() -> None:
    assert len(read_script().gzipped) < LARGEST


def test_the_tag_is_built_from_the_sources_beside_it(packages: Path) -> None:
    assert read_script().plain == build()
