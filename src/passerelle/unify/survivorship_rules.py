"""The survivorship rules in force: one for each attribute, and how far each source is trusted.

The defaults are below; `survivorship.toml` in the home folder overrides any line of them:

    [attributes]
    email = "most_trusted"

    [trust]
    crm = 0.95          # a kind of source
    shop-lyon = 0.3     # or one source by its name
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from passerelle.kernel import Misconfigured, load_plugins
from passerelle.kernel.language import _
from passerelle.unify.survivorship_rule import SurvivorshipRule

DEFAULT_RULES = MappingProxyType(
    {
        "title": "most_frequent",
        "first_name": "most_frequent",
        "last_name": "most_recent",  # a marriage changes it
        "birth_name": "most_frequent",
        "birth_date": "most_frequent",
        "gender": "most_frequent",
        "email": "most_recent",
        "phone_mobile": "most_recent",
        "phone_home": "most_recent",
        "address": "most_recent",
        "company": "most_recent",
        "language": "most_recent",
    }
)
"""The survivorship rule of each attribute, unless `survivorship.toml` says otherwise."""

DEFAULT_TRUST = MappingProxyType(
    {"crm": 0.9, "loyalty": 0.8, "webshop": 0.7, "till": 0.6, "server": 0.5}
)
"""Trust in a source by its kind, from 0 to 1."""

LITTLE_TRUST = 0.2
"""Trust in a source of a kind that nobody listed."""

_SECTIONS = ("attributes", "trust")


@dataclass(frozen=True)
class Survivorship:
    """The rules in force: one per attribute, and the trust in each source or kind of source."""

    rules: Mapping[str, str]
    trust: Mapping[str, float]


@cache
def list_survivorship_rules() -> Mapping[str, SurvivorshipRule]:
    """Every survivorship rule, by name."""
    return load_plugins(
        "passerelle.unify.survivorship", SurvivorshipRule, group="survivorship_rules"
    )


def read_survivorship(path: Path) -> Survivorship:
    """The defaults with what `survivorship.toml` changes in them.

    Raises:
        Misconfigured: The file cannot be read, or says something that does not exist.
    """
    given = _read(path) if path.exists() else {}
    said = {name: str(rule) for name, rule in given.get("attributes", {}).items()}
    rules = {**DEFAULT_RULES, **said}
    unknown = [
        f"{attribute} = {rule!r}"
        for attribute, rule in rules.items()
        if attribute not in DEFAULT_RULES or rule not in list_survivorship_rules()
    ]
    if unknown:
        raise Misconfigured(
            _("{path}: no such attribute or rule: {names}.").format(
                path=path, names=", ".join(unknown)
            ),
            hint=_("Attributes: {attributes}. Rules: {rules}.").format(
                attributes=", ".join(DEFAULT_RULES), rules=", ".join(list_survivorship_rules())
            ),
        )
    trust = {source: _trust(path, source, much) for source, much in given.get("trust", {}).items()}
    return Survivorship(MappingProxyType(rules), MappingProxyType({**DEFAULT_TRUST, **trust}))


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
            hint=_("It is a file with the survivorship rules; remove it to use the defaults."),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            _("{path} is not valid TOML: {error}").format(path=path, error=error),
            hint=_('Write lines such as email = "most_trusted" under [attributes].'),
        ) from None
    strange = [name for name in given if name not in _SECTIONS or not isinstance(given[name], dict)]
    if strange:
        raise Misconfigured(
            _("{path}: no such section: {names}.").format(path=path, names=", ".join(strange)),
            hint=_("Sections: {sections}.").format(
                sections=", ".join(f"[{name}]" for name in _SECTIONS)
            ),
        )
    return given


def _trust(path: Path, source: str, said: object) -> float:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    if is_number and 0 <= float(str(said)) <= 1:
        return float(str(said))
    raise Misconfigured(
        _("{path}: trust in {source!r} is no number from 0 to 1.").format(path=path, source=source),
        hint=_("Write for instance: {source} = 0.8").format(source=source),
    )
