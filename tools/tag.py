"""The tag's one file, made from its sources: python -m tools tag (needs Node; users do not).

The file carries a digest of the sources: `./dev check` knows without Node that it is theirs.
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from tools.environment import ROOT
from tools.node import node_packages

SOURCES = ROOT / "src/passerelle/ingest/tag/script"
BUILT = ROOT / "src/passerelle/ingest/tag/tag.min.js"
MAKE_AGAIN = ".venv/bin/python -m tools tag"


def run(arguments: list[str]) -> int:
    """Build the tag and write it where it is shipped from."""
    BUILT.write_bytes(build())
    print(f"wrote {BUILT.relative_to(ROOT)}")
    return 0


def build() -> bytes:
    """The tag as one file: bundled, minified, its version the digest of its sources."""
    options = ("--bundle", "--minify", "--format=iife", "--target=es2020", "--charset=utf8")
    esbuild = str(node_packages() / ".bin" / "esbuild")
    version = f'--define:VERSION="{version_of(SOURCES)}"'
    command = [esbuild, str(SOURCES / "main.js"), *options, version]
    return subprocess.run(command, cwd=SOURCES, capture_output=True, check=True).stdout


def version_of(folder: Path) -> str:
    """Eight hexadecimal digits that change whenever a source does."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.js")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


def outdated() -> list[str]:
    """What is wrong with the built file, in words."""
    if BUILT.exists() and version_of(SOURCES).encode() in BUILT.read_bytes():
        return []
    return [f"{BUILT.relative_to(ROOT)} is not built from the sources beside it"]
