"""The script itself, built from `script/` by `python -m tools tag` and shipped as one file."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

# Long enough that a visit asks once, short enough that a mended tag is everywhere the same day.
_CACHED_FOR_S = 3600


@dataclass(frozen=True)
class Script:
    """The built script, as it is and compressed, with the mark by which browsers know it."""

    plain: bytes = field(repr=False)
    gzipped: bytes = field(repr=False)
    etag: str


@cache
def read_script() -> Script:
    """The script that is shipped; read once."""
    return make_script((resources.files(__package__) / "tag.min.js").read_bytes())


def make_script(plain: bytes) -> Script:
    """A script that is served, from its text."""
    digest = hashlib.sha256(plain).hexdigest()[:32]
    return Script(plain, gzip.compress(plain, compresslevel=9, mtime=0), f'"{digest}"')


def answer_script(
    script: Script, *, accept_encoding: str = "", if_none_match: str = ""
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of the answer to `GET` of a script, whatever it is called."""
    headers = [
        ("content-type", "text/javascript; charset=utf-8"),
        ("cache-control", f"public, max-age={_CACHED_FOR_S}"),
        ("etag", script.etag),
        ("vary", "accept-encoding"),
        # Pages that ask for isolation, or check the script's integrity, may load it too.
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
    ]
    if script.etag in if_none_match:
        return 304, headers, b""
    if "gzip" in accept_encoding:
        return 200, [*headers, ("content-encoding", "gzip")], script.gzipped
    return 200, headers, script.plain
