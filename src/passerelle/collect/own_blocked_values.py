"""Values that one company knows to be nobody's: its own shops' phones, its tills' mailbox.

Read from `blocked.toml` in the home folder: a list of values for each identifier type, as people
write them. They are added to the lists that come with passerelle.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from passerelle.identifiers import Parsed, load_identifier_types, parse_identifier
from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _

BlockedValues = Mapping[str, frozenset[str]]
"""Canonical values by identifier type."""


def read_blocked_values(path: Path) -> BlockedValues:
    """The company's own blocked values; none if there is no file.

    Raises:
        Misconfigured: The file is not TOML, names no identifier type, or holds a value that is
            none; the message counts such values and never shows them.
    """
    if not path.exists():
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            _("{path} is not valid TOML: {error}").format(path=path, error=type(error).__name__),
            hint=_('Write it as: email = ["shop@example.fr"]'),
        ) from None
    unknown = sorted(set(given) - set(load_identifier_types()))
    if unknown:
        raise Misconfigured(
            _("{path}: no such identifier type: {names}.").format(
                path=path, names=", ".join(unknown)
            ),
            hint=_("Types: {types}.").format(types=", ".join(load_identifier_types())),
        )
    return {name: _canonical(path, name, values) for name, values in given.items()}


def _canonical(path: Path, type_name: str, values: object) -> frozenset[str]:
    listed = values if isinstance(values, list) else [values]
    read = [parse_identifier(type_name, str(value)) for value in listed]
    good = frozenset(each.value for each in read if isinstance(each, Parsed))
    bad = sum(not isinstance(each, Parsed) for each in read)
    if bad:
        raise Misconfigured(
            _("{path}: {count} of the values under {name} cannot be read.").format(
                path=path, count=bad, name=type_name
            ),
            hint=_("Write them as in a customer file, each in quotes."),
        )
    return good
