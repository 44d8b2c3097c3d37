"""Where personal links begin and may lead, and how long they live: `links.toml` of the home."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from passerelle.ingest.links.tokens import CHANNELS
from passerelle.kernel import Misconfigured
from passerelle.kernel.language import N_, _

LINK_FILE = "links.toml"
"""Name of the file, in the home folder."""

DEFAULT_DAYS: Mapping[str, int] = MappingProxyType({"mail": 30, "sms": 14, "qr": 395})
"""Days a link lives, by channel: as long as mail is read, and 13 months for a printed receipt."""

_MOST_DAYS = 1100  # three years: no purpose of the CNIL's standard lets a prospect be kept longer
_BASE_HINT = N_('Write where the collector answers, such as: base = "https://t.enseigne.fr/c/"')
_HOSTS_HINT = N_('Write the hosts of your sites, such as: hosts = ["www.enseigne.fr"]')
_DAYS_HINT = N_("Write a section [days] with lines such as: mail = 30; the most is 1100.")


@dataclass(frozen=True)
class LinkRules:
    """Where links begin, where they may lead, and how many days they live by channel."""

    base: str
    hosts: tuple[str, ...]
    days: Mapping[str, int]


def read_link_rules(path: Path) -> LinkRules | None:
    """The rules in a `links.toml`, or None if there is no file: then there are no links.

    Raises:
        Misconfigured: The file cannot be used; the message says which line.
    """
    if not path.exists():
        return None
    given = _read(path)
    base, hosts, days = given.get("base"), given.get("hosts"), given.get("days", {})
    _expect(path, "base", _is_base(base), _BASE_HINT)
    _expect(path, "hosts", _are_hosts(hosts), _HOSTS_HINT)
    _expect(path, "days", _are_days(days), _DAYS_HINT)
    return LinkRules(
        base=str(base),
        hosts=tuple(str(host).lower() for host in hosts),  # type: ignore[union-attr]  # a list
        days=MappingProxyType({**DEFAULT_DAYS, **days}),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
            hint=_("It is the file with the rules of personal links."),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            _("{path} is not valid TOML: {error}").format(path=path, error=error),
            hint=_("See docs/how-to/bind-with-personal-links.md."),
        ) from None


def _expect(path: Path, name: str, is_right: bool, hint: str) -> None:
    if not is_right:
        raise Misconfigured(
            _("{path}: {name} is missing or cannot be used.").format(path=path, name=name),
            hint=_(hint),
        )


def _is_base(base: object) -> bool:
    return isinstance(base, str) and base.startswith(("https://", "http://")) and base[-1] == "/"


def _are_hosts(hosts: object) -> bool:
    return isinstance(hosts, list) and bool(hosts) and all(map(_is_host, hosts))


def _is_host(host: object) -> bool:
    return isinstance(host, str) and bool(host) and not set("/ @\\?#").intersection(host)


def _are_days(days: object) -> bool:
    return isinstance(days, dict) and all(
        channel in CHANNELS and type(count) is int and 0 < count <= _MOST_DAYS
        for channel, count in days.items()
    )
