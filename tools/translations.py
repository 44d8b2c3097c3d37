"""The French catalogue: sentences found in the source, their translation, and what is missing.

A sentence is an argument of `_`, `N_`, `NN_` or `ngettext`, or a line of a command's help.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog, Message

from passerelle.cli.main import main
from passerelle.cli.speech import sentences
from tools.pages.command_line import walk

SOURCE = "src/passerelle"
CATALOGUE = "src/passerelle/locale/fr/LC_MESSAGES/passerelle.po"
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "NN_": (1, 2), "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("portal/web/templates/**.html", "jinja2")]
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# The date in the catalogue's heading; today's would change the file every time.
_FIRST_WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)


def update(root: Path) -> list[str]:
    """Bring the catalogue and its compiled form in step with the source; say what is left to do."""
    path = root / CATALOGUE
    catalogue = read_catalogue(path)
    catalogue.update(find_sentences(root), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalogue))
    path.with_suffix(".mo").write_bytes(compiled(catalogue))
    return missing(catalogue)


def problems(root: Path) -> list[str]:
    """What a French reader would miss, or would read that the program no longer says."""
    path = root / CATALOGUE
    catalogue = read_catalogue(path)
    found = find_sentences(root)
    problems = [
        f"no entry for {_key(message)!r}"
        for message in found
        if message.id and catalogue.get(message.id) is None
    ]
    problems += [
        f"no longer said: {_key(message)!r}"
        for message in catalogue
        if message.id and found.get(message.id) is None
    ]
    problems += missing(catalogue)
    binary = path.with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != compiled(catalogue):
        problems.append(f"{binary.name} is not what {path.name} compiles to")
    return problems


def missing(catalogue: Catalog) -> list[str]:
    """Entries without a translation, or whose translation has other placeholders."""
    problems = []
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy or not all(_texts(message.string)):
            problems.append(f"no French for {_key(message)!r}")
        elif _placeholders(message.id) != _placeholders(message.string):
            problems.append(f"other placeholders in the French of {_key(message)!r}")
    return problems


def find_sentences(root: Path) -> Catalog:
    """Every sentence that the source says to people."""
    catalogue = Catalog(project="passerelle", charset="utf-8", fuzzy=False)
    for name, _line, message, _comments, _context in extract.extract_from_dir(
        root / SOURCE, method_map=METHODS, keywords=KEYWORDS
    ):
        catalogue.add(message, locations=[(name, None)])  # type: ignore[list-item]
    for sentence in _help_sentences():
        catalogue.add(sentence, locations=[("cli", None)])  # type: ignore[list-item]
    return catalogue


def read_catalogue(path: Path) -> Catalog:
    """The catalogue as it stands, or an empty one."""
    if not path.exists():
        return Catalog(
            locale="fr",
            domain="passerelle",
            header_comment="# French sentences of passerelle. ./dev docs adds what is missing.",
            project="passerelle",
            version="1",
            creation_date=_FIRST_WRITTEN,
            revision_date=_FIRST_WRITTEN,
            last_translator="The passerelle authors",
            language_team="fr",
            fuzzy=False,
        )
    with path.open("rb") as stream:
        return pofile.read_po(stream, locale="fr", domain="passerelle")


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its file holds it: by sentence, with the files that say it."""
    stream = io.BytesIO()
    pofile.write_po(stream, catalogue, sort_output=True, include_lineno=False, width=96)
    return stream.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    stream = io.BytesIO()
    mofile.write_mo(stream, catalogue)
    return stream.getvalue()


def _help_sentences() -> Iterator[str]:
    for context in walk(click.Context(main, info_name="passerelle")):
        yield from (english for _, _, english in sentences(context.command))


def _placeholders(text: Any) -> set[str]:
    return {found for each in _texts(text) for found in _PLACEHOLDER.findall(each)}


def _texts(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def _key(message: Message) -> str:
    text = _texts(message.id)[0]
    return text if len(text) <= 60 else text[:60] + "…"
