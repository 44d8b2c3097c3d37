"""The script itself, built from `script/` by `python -m tools tag` and shipped as one file."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Script:
    """The built script, as it is and compressed."""

    plain: bytes = field(repr=False)
    gzipped: bytes = field(repr=False)


@cache
def read_script() -> Script:
    """The script that is shipped; read once."""
    plain = (resources.files(__package__) / "tag.min.js").read_bytes()
    return Script(plain, gzip.compress(plain, compresslevel=9, mtime=0))
