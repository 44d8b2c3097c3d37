"""A plug-in is one file that ends in PLUGIN, and a suite holds every one to its contract."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_code import ROOT
from tools.plugin_kinds import KINDS, PluginKind
from tools.templates import render

BUILT = [kind for kind in KINDS if kind.is_in(ROOT)]


def wrong_plugin(text: str, contract: str) -> str | None:
    """What a plug-in's file lacks."""
    body = ast.parse(text).body
    last = body[-1] if body else None
    targets = last.targets if isinstance(last, ast.Assign) else []
    if isinstance(last, ast.AnnAssign):
        targets = [last.target]
    if not any(isinstance(target, ast.Name) and target.id == "PLUGIN" for target in targets):
        return "does not end in PLUGIN = ..."
    if contract not in text:
        return f"does not hand its plug-in to {contract}"
    return None


@pytest.mark.parametrize("kind", BUILT, ids=lambda kind: kind.name)
def test_every_file_of_a_plug_in_folder_ends_in_its_plug_in(kind: PluginKind) -> None:
    found = {path.name: wrong_plugin(path.read_text(), kind.contract) for path in kind.files(ROOT)}
    assert {name: problem for name, problem in found.items() if problem} == {}
    assert found, f"{kind.folder} holds no plug-in"


@pytest.mark.parametrize("kind", BUILT, ids=lambda kind: kind.name)
def test_every_kind_has_a_suite_that_finds_its_files_by_itself(kind: PluginKind) -> None:
    suite = ROOT / kind.tests
    assert suite.is_file()
    # Names of plug-ins would mean that a new file is not tested until somebody adds it.
    assert "parametrize" in suite.read_text()


@pytest.mark.parametrize("kind", BUILT, ids=lambda kind: kind.name)
def test_a_new_plug_in_starts_from_a_template_that_is_right(kind: PluginKind) -> None:
    text = render(kind, "shoe_size")
    assert wrong_plugin(text, kind.contract) is None
    definitions: dict[str, object] = {"__name__": "shoe_size", "__doc__": None}
    exec(compile(text, "shoe_size.py", "exec"), definitions)
    assert type(definitions["PLUGIN"]).__name__ == kind.contract


@pytest.mark.parametrize("kind", BUILT, ids=lambda kind: kind.name)
def test_a_template_passes_the_lint(kind: PluginKind) -> None:
    name = f"src/passerelle/{kind.folder}/shoe_size.py"
    for words in (["check", "--quiet"], ["format", "--check", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *words, "--stdin-filename", name, "-"]
        text = render(kind, "shoe_size")
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, cwd=ROOT, check=False
        )
        assert done.returncode == 0, done.stdout


def test_every_folder_that_holds_plug_ins_is_a_known_kind() -> None:
    folders = {
        path.parent
        for path in (ROOT / "src/passerelle").rglob("*.py")
        if any(line.startswith("PLUGIN =") for line in path.read_text().splitlines())
    }
    known = {ROOT / "src/passerelle" / kind.folder for kind in KINDS}
    assert folders <= known


@pytest.mark.parametrize(
    "text", ["", "PLUGIN = Metric()\nx = 1", "PLUGIN = 3", "def PLUGIN(): ..."]
)
def test_a_file_that_is_no_plug_in_is_found(text: str) -> None:
    assert wrong_plugin(text, "Metric")


def test_a_plug_in_s_file_is_left_alone(tmp_path: Path) -> None:
    assert wrong_plugin('"""A."""\nPLUGIN = Metric(1)', "Metric") is None
