"""Roles as data: for each kind of field, whether a role reads it in clear, masked, or not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.kernel.language import _

CLEAR, MASKED, HIDDEN = "clear", "masked", "hidden"
KINDS = ("name", "birth", "contact", "address", "number", "device", "purchase", "other")

_SIGHTS = (CLEAR, MASKED, HIDDEN)
_DOTS = "•••"


@dataclass(frozen=True)
class Role:
    """A role, and what it sees of each kind of field; what it does not name is hidden."""

    name: str
    label: str
    sights: Mapping[str, str]
    kinds: Mapping[str, str] = field(repr=False)

    def sight_of(self, field_name: str) -> str:
        """`clear`, `masked` or `hidden`, of an attribute or a type of identifier."""
        return self.sight_of_kind(self.kinds.get(field_name, "other"))

    def sight_of_kind(self, kind: str) -> str:
        """`clear`, `masked` or `hidden`, of a kind of field."""
        return self.sights.get(kind, HIDDEN)


def list_roles(home: Path) -> list[Role]:
    """The roles of an installation: those of `roles.toml` in its home, else passerelle's own.

    Raises:
        Misconfigured: The file cannot be read, or says what no role can see.
    """
    own = home / "roles.toml"
    path = own if own.exists() else Path(__file__).with_name("roles.toml")
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        kinds = {name: kind for kind, names in said["kinds"].items() for name in names}
        return [_role(name, given, kinds) for name, given in said["roles"].items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Misconfigured(
            _("The roles in {path} cannot be read.").format(path=path),
            hint=_("Each role says clear, masked or hidden for: {kinds}.").format(
                kinds=", ".join(KINDS)
            ),
        ) from None


def get_role(home: Path, name: str) -> Role:
    """A role by its name.

    Raises:
        InvalidInput: There is no such role.
        Misconfigured: The roles cannot be read.
    """
    roles = {each.name: each for each in list_roles(home)}
    if name not in roles:
        raise InvalidInput(
            _("There is no role {name!r}.").format(name=name),
            hint=_("Give one of: {words}.").format(words=", ".join(roles)),
        )
    return roles[name]


def masked_value(value: str | None, sight: str) -> str | None:
    """A value as somebody sees it who may see so much; None where it is hidden.

    >>> masked_value("marie@exemple.fr", "masked"), masked_value("Dupont", "masked")
    ('m•••@e•••', 'D•••')
    """
    if value is None or sight == CLEAR:
        return value
    if sight == HIDDEN:
        return None
    local, at, domain = value.rpartition("@")
    return f"{local[:1]}{_DOTS}@{domain[:1]}{_DOTS}" if at else f"{value[:1]}{_DOTS}"


def _role(name: str, given: Mapping[str, Any], kinds: Mapping[str, str]) -> Role:
    sights = {kind: str(sight) for kind, sight in given.items() if kind != "label"}
    if not (set(sights) <= set(KINDS) and set(sights.values()) <= set(_SIGHTS)):
        raise ValueError(name)
    return Role(name, str(given["label"]), sights, kinds)
