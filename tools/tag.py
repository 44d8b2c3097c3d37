"""The files of the tag and of the banner, made from their sources: python -m tools tag.

It needs Node; users do not. Each file carries a digest of its sources, so that `./dev check` knows
without Node that it is theirs.
"""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT
from tools.node import node_packages

_INGEST = ROOT / "src/passerelle/ingest"
MAKE_AGAIN = ".venv/bin/python -m tools tag"


@dataclass(frozen=True)
class Bundle:
    """One shipped file: the folder of its sources, which of them begins, and where it goes."""

    sources: Path
    first: str
    built: Path


TAG = Bundle(_INGEST / "tag/script", "main.js", _INGEST / "tag/tag.min.js")
BANNER = Bundle(_INGEST / "banner/script", "banner.js", _INGEST / "banner/banner.min.js")
BUNDLES = (TAG, BANNER)


def run(arguments: list[str]) -> int:
    """Build the files and write them where they are shipped from."""
    for bundle in BUNDLES:
        bundle.built.write_bytes(build(bundle))
        print(f"wrote {bundle.built.relative_to(ROOT)}")
    return 0


def build(bundle: Bundle) -> bytes:
    """One file: bundled, minified, its version the digest of its sources."""
    options = ("--bundle", "--minify", "--format=iife", "--target=es2020", "--charset=utf8")
    esbuild = str(node_packages() / ".bin" / "esbuild")
    version = f'--define:VERSION="{version_of(bundle.sources)}"'
    command = [esbuild, str(bundle.sources / bundle.first), *options, version]
    return subprocess.run(command, cwd=bundle.sources, capture_output=True, check=True).stdout


def version_of(folder: Path) -> str:
    """Eight hexadecimal digits that change whenever a source does."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.js")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


def outdated() -> list[str]:
    """What is wrong with the built files, in words."""
    return [
        f"{bundle.built.relative_to(ROOT)} is not built from the sources beside it"
        for bundle in BUNDLES
        if not _is_current(bundle)
    ]


def _is_current(bundle: Bundle) -> bool:
    version = version_of(bundle.sources).encode()
    return bundle.built.exists() and version in bundle.built.read_bytes()
