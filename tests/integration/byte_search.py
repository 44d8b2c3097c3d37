"""Search every byte that an installation leaves for values of people, however they are written."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import md5, sha1, sha256
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from passerelle.collect.traces import fold
from passerelle.identifiers import last_name_key, phonetic_code
from passerelle.store import Store

_HASHES = (md5, sha1, sha256)
_LEAST_CODE = 6  # letters: a shorter phonetic code is found in any compressed file
_ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Found:
    """A value that was found: whose, what form of it, and where."""

    whose: str
    form: str
    place: str


class Needles:
    """The forms of values that are looked for, each with whose it is."""

    def __init__(self, values: dict[str, Iterable[str]], names: dict[str, str]) -> None:
        self.owners: dict[str, tuple[str, str]] = {}
        for whose, listed in values.items():
            for value in listed:
                for form, needle in _forms(value):
                    self.owners[needle] = (whose, form)
        for whose, name in names.items():
            for form, needle in [*_spellings(name), *_keys(name)]:
                self.owners[needle] = (whose, form)

    def search(self, place: str, body: bytes) -> set[Found]:
        """What of them is in some bytes."""
        texts = {body}
        if b"\\u" in body:
            texts.add(_ESCAPED.sub(lambda hit: chr(int(hit[1], 16)).encode(), body))
        series = pl.Series([each.decode("latin-1") for each in texts])
        hits = series.str.extract_many(sorted(self.owners), overlapping=True)
        return {Found(*self.owners[hit], place) for found in hits for hit in found}


def search_home(home: Path, needles: Needles) -> set[Found]:
    """What is found in any file of a home folder, and in what is packed inside them."""
    found: set[Found] = set()
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.name != "secret.key":
            for place, body in _bodies(path, path.relative_to(home).as_posix()):
                found |= needles.search(place, body)
    return found


def search_postgresql(store: Store, needles: Needles) -> set[Found]:
    """What is found in any row of any table, and in what the server knows of their values."""
    tables = store.rows("select table_name from information_schema.tables "
                        "where table_schema = 'public'")  # fmt: skip
    found: set[Found] = set()
    for name in [*(row["table_name"] for row in tables), "pg_stats"]:
        rows = store.rows(f"select cast(told.* as text) as row from {name} as told")
        found |= needles.search(name, "\n".join(row["row"] for row in rows).encode())
    return found


def _bodies(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    body = path.read_bytes()
    yield name, body
    if path.suffix == ".parquet":
        yield f"{name} (columns)", _columns(path)
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for inside in packed.namelist():
                yield f"{name}/{inside}", packed.read(inside)


def _columns(path: Path) -> bytes:
    """Every value of a Parquet file, those of its dictionaries that no row has among them."""
    names = [field.name for field in pq.read_schema(path) if str(field.type) == "string"]
    table = pq.ParquetFile(path, read_dictionary=names).read()
    texts = [
        text
        for name in names
        for chunk in table[name].chunks
        for text in chunk.dictionary.to_pylist()
        if text
    ]
    return "\n".join(texts).encode()


def _forms(value: str) -> Iterator[tuple[str, str]]:
    yield from _spellings(value)
    for start in range(3):  # base 64 of a text that has it at any offset
        packed = base64.b64encode(b" " * start + value.encode()).decode()
        yield "base64", packed[4 if start else 0 : len(packed) // 4 * 4 - 4]
    for hashed in _HASHES:
        digest = hashed(value.lower().encode())
        yield hashed.__name__, digest.hexdigest()
        yield f"{hashed.__name__} base64", base64.b64encode(digest.digest()).decode()
        yield f"{hashed.__name__} raw", digest.digest().decode("latin-1")


def _spellings(value: str) -> Iterator[tuple[str, str]]:
    for text in {value, value.lower(), value.upper(), fold(value), fold(value).upper()}:
        yield "written", text.encode().decode("latin-1")


def _keys(name: str) -> Iterator[tuple[str, str]]:
    yield "name key", str(last_name_key(name))
    code = phonetic_code(name)
    if code is not None and len(code) >= _LEAST_CODE:
        yield "phonetic", code
