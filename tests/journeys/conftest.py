"""A home of its own for each journey."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the installation of a test is; it is made by the first command."""
    return tmp_path / "home"
