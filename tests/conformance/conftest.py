"""Collected only where the shared facts are: set PASSERELLE_SHARED to their folder."""

import os
from pathlib import Path

import pytest

from tests.unit.ingest.door.asking import Doorway

collect_ignore_glob = [] if os.environ.get("PASSERELLE_SHARED") else ["test_*.py"]


@pytest.fixture
def doorway(tmp_path: Path) -> Doorway:
    """A collector's door on folders of the test."""
    return Doorway(tmp_path)
