"""The language that the command line speaks, its help included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import click

from passerelle.kernel.language import LANGUAGES, _

_VARIABLES = ("PASSERELLE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = "_passerelle_english"  # where a command keeps its help as written in the source

Spoken = TypeVar("Spoken", bound=click.Command)


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language asked for: by option, by setting, by the terminal; English otherwise.

    >>> chosen_language(["--language", "fr", "match"], {})
    'fr'
    >>> chosen_language([], {"LANG": "fr_FR.UTF-8"})
    'fr'
    >>> chosen_language(["--language=en"], {"LANG": "fr_FR.UTF-8"})
    'en'
    """
    for place, argument in enumerate(arguments):
        name, _equals, value = argument.partition("=")
        if name == "--language":
            return value or next(iter(arguments[place + 1 :]), "")
    said = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    language = said.partition(".")[0].partition("_")[0].lower()
    return language if language in LANGUAGES else "en"


def speak(command: Spoken) -> Spoken:
    """The same command with its help, and that of all below it, in the language in use."""
    for part, name, english in list(sentences(command)):
        setattr(part, name, _(english))
        if name == "help" and isinstance(part, click.Command):
            # In a list of commands too: click would cut it at the edge of the line.
            part.short_help = part.help
    return command


def sentences(command: click.Command) -> Iterator[tuple[object, str, str]]:
    """Every sentence of a command's help: where it is kept, under which name, and in English."""
    parts: list[object] = [command, *command.params]
    for part in parts:
        for name in ("help", "short_help", "epilog"):
            english = _english(part, name)
            if english:
                yield part, name, english
    # Only what is loaded: the nouns of `passerelle` itself come later, one by one.
    for below in getattr(command, "commands", {}).values():
        yield from sentences(below)


def _english(part: object, name: str) -> str:
    kept: dict[str, str] = part.__dict__.setdefault(_ENGLISH, {})
    if name not in kept:
        kept[name] = getattr(part, name, None) or ""
    return kept[name]
