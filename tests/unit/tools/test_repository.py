"""What `./dev check` says of files, notes and locks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import locks
from tools.repository import (
    LARGEST,
    REGISTRY_HOSTS,
    bad_note,
    find_bad_notes,
    find_big_files,
    find_registry_hosts,
    list_files,
)
from tools.steps import Step, run_steps

ROOT = Path(__file__).resolve().parents[3]
NOTE = "Import Excel files with `passerelle records import`."


@pytest.mark.parametrize("kind", ["added", "changed", "fixed", "removed"])
def test_a_note_is_one_sentence(kind: str) -> None:
    assert bad_note(f"excel.{kind}.md", NOTE + "\n") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("excel.md", NOTE),
        ("excel.new.md", NOTE),
        ("excel.added.txt", NOTE),
        ("excel.added.md", ""),
        ("excel.added.md", "Import Excel files"),
        ("excel.added.md", "# Excel\n\nImport Excel files."),
        ("excel.added.md", "Import Excel files. They may be big."),
        ("excel.added.md", "x" * 400 + "."),
    ],
)
def test_a_note_of_another_form_is_found(name: str, text: str) -> None:
    assert bad_note(name, text)


def test_the_notes_of_this_project_are_right() -> None:
    assert find_bad_notes(ROOT / "changes") == []


def test_a_file_that_names_a_registry_is_found(tmp_path: Path) -> None:
    file = tmp_path / "lock.txt"
    file.write_text(f"--index-url https://{REGISTRY_HOSTS[0]}/simple\n")
    assert find_registry_hosts(tmp_path, [file]) == [f"lock.txt names {REGISTRY_HOSTS[0]}"]


def test_a_file_too_big_to_clone_is_found(tmp_path: Path) -> None:
    small, big = tmp_path / "small", tmp_path / "big"
    small.write_bytes(bytes(LARGEST))
    big.write_bytes(bytes(LARGEST + 1))
    assert [line.split()[0] for line in find_big_files(tmp_path, [small, big])] == ["big"]


def test_files_that_git_ignores_are_not_the_projects(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("cache\n")
    (tmp_path / "cache").write_text("")
    (tmp_path / "new").write_text("")
    assert [path.name for path in list_files(tmp_path)] == [".gitignore", "new"]


def make_project(folder: Path) -> Path:
    (folder / "requirements").mkdir()
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\n[project]\nname = "x"\nrequires-python = ">=3.11"\n'
        'dependencies = ["click"]\n'
    )
    for lock in locks.LOCKS:
        (folder / lock.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / lock.path).write_text("click==8.5.1\n")
        if lock.asked != "pyproject.toml":
            (folder / lock.asked).write_text("click\n")
    locks.record(folder)
    return folder


def test_locks_answer_to_what_was_asked(tmp_path: Path) -> None:
    assert locks.outdated(make_project(tmp_path)) == []


def test_another_dependency_needs_other_locks(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    path = project / "pyproject.toml"
    path.write_text(path.read_text().replace('"click"', '"click", "rich"'))
    assert locks.outdated(project) == ["pyproject.toml changed since the locks were made"]


def test_another_version_of_a_peer_needs_another_lock(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "benchmarks/linkage/peers/splink.in").write_text("splink==9\n")
    assert locks.outdated(project) == [
        "benchmarks/linkage/peers/splink.in changed since the locks were made"
    ]


def test_another_description_needs_no_other_locks(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with (project / "pyproject.toml").open("a") as file:
        file.write("[tool.ruff]\nline-length = 100\n")
    assert locks.outdated(project) == []


def test_a_lock_edited_by_hand_is_found(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "requirements/run.txt").write_text("click==8.5.0\n")
    assert locks.outdated(project) == ["requirements/run.txt changed since the locks were made"]


def test_every_step_runs_and_the_end_says_which_failed(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        Step("first", lambda: ["a.py is wrong"], hint="Mend it"),
        Step("second", list),
    ]
    assert run_steps(steps) == 1
    shown = capsys.readouterr().out
    assert shown.index("FAILED") < shown.index("a.py is wrong") < shown.index("second")
    assert shown.rstrip().splitlines()[-1].startswith("1 of 2 failed")
    assert shown.rstrip().endswith(": first")
