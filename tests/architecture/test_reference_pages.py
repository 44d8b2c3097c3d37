"""The pages of docs/reference/ say what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_code import ROOT
from tools import documentation
from tools.pages.markdown import page, table


def test_the_reference_is_what_the_code_says() -> None:
    # In a process of its own: the page of the store's tables opens a database.
    command = [sys.executable, "-m", "tools", "check", "generated pages"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_of_the_reference_is_in_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert [name for name in documentation.PAGES if name.removeprefix("docs/") not in index] == []


def test_a_page_that_is_behind_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documentation, "ROOT", tmp_path)
    monkeypatch.setattr(documentation, "PAGES", {"docs/settings.md": "settings"})
    assert documentation.outdated_pages() == ["docs/settings.md is not what the code says"]
    documentation.write_pages()
    assert documentation.outdated_pages() == []
    (tmp_path / "docs/settings.md").write_text("# Settings\n")
    assert documentation.outdated_pages() == ["docs/settings.md is not what the code says"]


def test_a_cell_cannot_break_its_table() -> None:
    text = page("T", "here", table(["a"], [["x|y\nz"]]))
    assert text.endswith("| x\\|y z |\n")
