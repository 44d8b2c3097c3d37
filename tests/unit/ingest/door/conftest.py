"""A door without a server, for the tests that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.ingest.door.asking import Doorway


@pytest.fixture
def doorway(tmp_path: Path) -> Doorway:
    """A door on folders of the test."""
    return Doorway(tmp_path)
