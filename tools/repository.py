"""What holds for every file of the repository, whatever is in it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

LARGEST = 1024 * 1024  # bytes; larger data is made by a program or shipped by a package
KINDS_OF_CHANGE = ("added", "changed", "fixed", "removed")
LONGEST_NOTE = 300  # characters: one sentence that a person reads in one go
# Written in two parts each, so that this file holds none of them. Which registry serves the
# packages is the business of the machine that installs them; the locks hold hashes.
REGISTRY_HOSTS = tuple(
    f"{name}.{domain}"
    for name, domain in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb.debian", "org"),
        ("security.debian", "org"),
        ("crates", "io"),
        ("repo.maven.apache", "org"),
        ("proxy.golang", "org"),
    )
)


def list_files(root: Path) -> list[Path]:
    """The files of the project: those git knows or would add, else all that are not caches."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [root / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in root.rglob("*") if not _is_hidden(path.relative_to(root))]
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def find_registry_hosts(root: Path, files: list[Path]) -> list[str]:
    """Files that name the host of a package registry."""
    hosts = re.compile("|".join(re.escape(host) for host in REGISTRY_HOSTS).encode())
    return [
        f"{path.relative_to(root)} names {found.group().decode()}"
        for path in files
        if (found := hosts.search(path.read_bytes()))
    ]


def find_big_files(root: Path, files: list[Path]) -> list[str]:
    """Files too big for a repository that everybody clones."""
    return [
        f"{path.relative_to(root)} has {size:,} bytes, more than {LARGEST:,}"
        for path in files
        if (size := path.stat().st_size) > LARGEST
    ]


def find_bad_notes(folder: Path) -> list[str]:
    """Notes of changes that do not follow changes/README.md."""
    problems = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name == "README.md":
            continue
        problem = bad_note(path.name, path.read_text(encoding="utf-8"))
        if problem:
            problems.append(f"changes/{path.name}: {problem}")
    return problems


def bad_note(name: str, text: str) -> str | None:
    """What is wrong with a note, or None.

    >>> bad_note("import.added.md", "Import Excel files with `passerelle records import`.")
    >>> bad_note("import.md", "Import Excel files.")
    'the name must be NAME.KIND.md, where KIND is added, changed, fixed or removed'
    """
    parts = name.split(".")
    if len(parts) != 3 or parts[1] not in KINDS_OF_CHANGE or parts[2] != "md":
        return "the name must be NAME.KIND.md, where KIND is added, changed, fixed or removed"
    sentence = " ".join(text.split())
    if not sentence.endswith(".") or "\n\n" in text.strip() or sentence.startswith(("#", "-")):
        return "must be one sentence that ends with a full stop, without a heading or a list"
    if re.search(r"[.!?] [A-Z]", sentence):
        return "must be one sentence"
    if len(sentence) > LONGEST_NOTE:
        return f"is longer than {LONGEST_NOTE} characters"
    return None


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts[:-1])
