"""What the identity graph may follow: caps, limits and protections, one line per identifier type.

The default is below; `identity.toml` in the home folder overrides any value of it.
Protections gathered from what other products do or lack; see docs/explanation/identity.md.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from passerelle.identifiers import load_identifier_types
from passerelle.kernel import Misconfigured
from passerelle.kernel.language import N_, _

RECORD = "record"
NAME_BIRTH = "name_birth"
TIERS = ("record", "person", "device")


@dataclass(frozen=True)
class TypeRule:
    """How far one type of identifier is trusted to join people.

    Args:
        tier: `record`, `person` or `device`. A device never joins two people.
        strength: Heard in this order when edges contradict each other; lower is stronger.
        cap: Most different neighbours; with more it is a shop's or a machine's and is not followed.
        limit: Most different values of the type in one profile.
        window_days: The limit counts values first seen within so many days; 0 for all time.
        names_must_agree: Whether it joins only records whose first names and birth dates agree.
        splits_by_name: Whether a value held by people of different names is a family's, and
            joins only the records of each name among themselves.
    """

    tier: str
    strength: int
    cap: int
    limit: int = 1000
    window_days: int = 0
    names_must_agree: bool = True
    splits_by_name: bool = False


@dataclass(frozen=True)
class RuleSet:
    """The rules of one installation, by identifier type."""

    types: Mapping[str, TypeRule]
    most_people: int = 6
    """Names that may share one mailbox or phone; with more it is not a family's."""

    finds_likenesses: bool = True
    """Whether records that share no identifier are looked at for being one person's."""

    least_likeness: float = 0.9
    """Probability of being one person's from which two records are followed as alike."""

    def of(self, type_name: str) -> TypeRule:
        """The rule of a type; an unknown one is treated as a device, the most careful choice."""
        return self.types.get(type_name, _UNKNOWN)


_UNKNOWN = TypeRule("device", strength=9, cap=5, limit=200)

DEFAULT_RULES = RuleSet(
    MappingProxyType(
        {
            RECORD: TypeRule("record", strength=0, cap=1_000_000),
            "customer_number": TypeRule(
                "person", strength=1, cap=20, limit=10, names_must_agree=False
            ),
            "loyalty_card": TypeRule("person", strength=2, cap=20, limit=10),
            "login": TypeRule("person", strength=3, cap=500, limit=5, names_must_agree=False),
            NAME_BIRTH: TypeRule("person", strength=4, cap=10, limit=10),
            "email": TypeRule("person", strength=5, cap=500, limit=15, splits_by_name=True),
            "phone": TypeRule("person", strength=6, cap=50, limit=15, splits_by_name=True),
            "mobile_id": TypeRule("device", strength=7, cap=10, limit=50),
            "cookie": TypeRule("device", strength=8, cap=10, limit=500, window_days=30),
        }
    )
)


def read_rules(path: Path) -> RuleSet:
    """The default rules with what the file changes in them; the default if there is no file.

    Raises:
        Misconfigured: The file cannot be read, or says what no rule can be; the message names it.
    """
    if not path.exists():
        return DEFAULT_RULES
    given = _read(path)
    types = dict(DEFAULT_RULES.types)
    for name, changes in given.get("types", {}).items():
        _expect(path, name, name in {*types, *load_identifier_types()}, _TYPES_HINT)
        _expect(path, name, isinstance(changes, dict), _TYPES_HINT)
        types[name] = _changed(path, types.get(name, _UNKNOWN), name, changes)
    most_people = given.get("most_people", DEFAULT_RULES.most_people)
    _expect(path, "most_people", _is_count(most_people), _COUNT_HINT)
    likenesses = given.get("finds_likenesses", True)
    _expect(path, "finds_likenesses", isinstance(likenesses, bool), _LIKENESS_HINT)
    least = given.get("least_likeness", DEFAULT_RULES.least_likeness)
    _expect(path, "least_likeness", _is_likelihood(least), _LEAST_HINT)
    return RuleSet(MappingProxyType(types), most_people, likenesses, least)


_TYPES_HINT = N_("Write a section such as [types.email] with lines such as: cap = 100")
_LIKENESS_HINT = N_("Write true or false, such as: finds_likenesses = false")
_LEAST_HINT = N_("Write a probability from 0.5 to 1, such as: least_likeness = 0.95")
_COUNT_HINT = N_("Write a whole number from 1, such as: most_people = 6")


_SETTINGS = ("types", "most_people", "finds_likenesses", "least_likeness")


def _read(path: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
            hint=_("It is a file with the identity rules; remove it to use the defaults."),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            _("{path} is not valid TOML: {error}").format(path=path, error=error),
            hint=_("See docs/reference/identity-rules.md."),
        ) from None
    for name in given:
        _expect(path, name, name in _SETTINGS, _TYPES_HINT)
    _expect(path, "types", isinstance(given.get("types", {}), dict), _TYPES_HINT)
    return given


def _changed(path: Path, rule: TypeRule, name: str, changes: Mapping[str, Any]) -> TypeRule:
    known = {each.name: getattr(rule, each.name) for each in fields(TypeRule)}
    unknown = set(changes) - set(known)
    if unknown:
        raise Misconfigured(
            _("Identity rule {name!r} has no setting {unknown}.").format(
                name=name, unknown=", ".join(sorted(unknown))
            ),
            hint=_("It may have: {known}.").format(known=", ".join(sorted(known))),
        )
    for setting, value in changes.items():
        hint = _("Write for instance: {setting} = {value}").format(
            setting=setting, value=json.dumps(known[setting])
        )
        _expect(path, f"{name}.{setting}", _fits(setting, value, known[setting]), hint)
    return replace(rule, **changes)


def _fits(setting: str, value: object, usual: object) -> bool:
    if setting == "tier":
        return value in TIERS
    if isinstance(usual, bool):
        return isinstance(value, bool)
    return _is_count(value, least=1 if setting == "cap" else 0)


def _is_likelihood(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0.5 <= value <= 1  # type: ignore[operator]  # it is a number


def _is_count(value: object, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _expect(path: Path, name: str, is_right: bool, hint: str) -> None:
    if not is_right:
        raise Misconfigured(
            _("{path}: {name} is no identity rule that can be used.").format(path=path, name=name),
            hint=_(hint),
        )
