"""What is known of somebody, who said it, and why it is kept: without anything of others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from passerelle.collect import DECLARED_KIND, RECORD_MEANINGS, SOURCE_KINDS
from passerelle.identify import ProfileParts, get_parts
from passerelle.kernel.language import N_, _
from passerelle.pages import long_date
from passerelle.portal.portal import SOURCE
from passerelle.store import from_micros
from passerelle.unify import (
    ADDRESS_FIELDS,
    get_golden_record,
    list_survivorship_rules,
    list_touchpoints,
    read_survivorship,
)

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle

_OTHER_LABELS = {
    "former_name": N_("former name"),
    "deceased_on": N_("day of death"),
    "phone_mobile": N_("mobile phone"),
    "phone_home": N_("landline phone"),
}
_DECLARED = N_("you said so yourself")
_FOLLOWED = N_("a change in your life that we were told of")
_CONTACTS = {
    "email": N_("e-mail address"),
    "phone": N_("phone number"),
    "loyalty_card": N_("loyalty card"),
    "customer_number": N_("customer number"),
    "login": N_("account of the site"),
}
_DEVICES = {"cookie": N_("browser"), "mobile_id": N_("phone or tablet")}
_MOST_TOUCHPOINTS = 100


@dataclass(frozen=True, repr=False)
class KnownValue:
    """A value that is used, who said it when, and why this one and no other."""

    attribute: str
    label: str
    value: str
    source: str
    said_at: datetime
    why: str


@dataclass(frozen=True)
class KnownSource:
    """Somebody who told something, and since when. Grain: one source."""

    name: str
    kind: str
    since: datetime
    latest: datetime


@dataclass(frozen=True, repr=False)
class KnownContactPoint:
    """A contact point, card or account."""

    label: str
    value: str


@dataclass(frozen=True)
class KnownDevice:
    """A browser or phone that was recognised, by whom, and when it was seen."""

    label: str
    source: str
    since: datetime
    latest: datetime


@dataclass(frozen=True, repr=False)
class KnownData:
    """What is known of somebody.

    others_at_home: How many other people are taken to live with them; who they are is theirs.
    """

    values: tuple[KnownValue, ...]
    sources: tuple[KnownSource, ...]
    contact_points: tuple[KnownContactPoint, ...]
    devices: tuple[KnownDevice, ...]
    others_at_home: int

    @property
    def golden(self) -> dict[str, str]:
        """The values by field."""
        return {each.attribute: each.value for each in self.values}

    @property
    def shown(self) -> tuple[KnownValue, ...]:
        """The values as people read them: an address in one, dates as they are written."""
        plain = [_readable(each) for each in self.values if each.attribute not in ADDRESS_FIELDS]
        address = [each for each in self.values if each.attribute in ADDRESS_FIELDS]
        if address:
            text = ", ".join(each.value for each in address)
            plain.append(replace(address[0], label=_("address"), value=text))
        return tuple(plain)


@dataclass(frozen=True, repr=False)
class Happening:
    """Something that happened: a purchase, a visit. The amount is in cents."""

    at: datetime
    source: str
    kind: str
    what: str
    amount_cents: int | None
    currency: str


def read_known_data(parts: Passerelle, profile_id: int) -> KnownData:
    """What is known of a profile's person."""
    held = get_parts(parts.store, profile_id)
    return KnownData(
        values=_values(parts, profile_id),
        sources=_sources(parts, profile_id),
        contact_points=tuple(
            KnownContactPoint(_(_CONTACTS[each.type]), shown_value(each.type, each.value))
            for each in held.identifiers
            if shown_value(each.type, each.value)
        ),
        devices=_devices(held),
        others_at_home=_count_others(parts, held),
    )


def list_happenings(parts: Passerelle, profile_id: int) -> list[Happening]:
    """What somebody bought and did, newest first."""
    held = get_parts(parts.store, profile_id)
    ids = [each.identifier_id for each in held.identifiers]
    found = list_touchpoints(parts.engine, parts.lake, ids, limit=_MOST_TOUCHPOINTS)
    return [
        Happening(
            each.occurred_at,
            each.source,
            each.kind,
            " · ".join(filter(None, (each.what, each.detail))),
            each.amount_cents,
            each.currency or "",
        )
        for each in found
    ]


def label_of(attribute: str) -> str:
    """What people call a field, in the language in use."""
    return _(_OTHER_LABELS.get(attribute) or RECORD_MEANINGS.get(attribute, attribute))


def _values(parts: Passerelle, profile_id: int) -> tuple[KnownValue, ...]:
    rules = read_survivorship(parts.settings.home / "survivorship.toml")
    golden = get_golden_record(
        parts.store, parts.engine, profile_id, rules, on=parts.clock().date()
    )
    return tuple(
        KnownValue(
            each.attribute,
            label_of(each.attribute),
            each.value,
            _("you") if each.source == SOURCE else each.source,
            each.observed_at,
            _why(each.rule),
        )
        for each in golden
    )


def _readable(value: KnownValue) -> KnownValue:
    if value.attribute not in ("birth_date", "deceased_on"):
        return value
    try:
        return replace(value, value=long_date(date.fromisoformat(value.value)))
    except ValueError:  # a day that a source wrote in its own way
        return value


def _why(rule: str) -> str:
    if rule == "declared":
        return _(_DECLARED)
    known = list_survivorship_rules().get(rule)
    return _(_FOLLOWED) if known is None else _(known.label)


def _sources(parts: Passerelle, profile_id: int) -> tuple[KnownSource, ...]:
    rows = parts.store.rows(
        "select r.source, s.kind, min(r.learned_at) as since, max(r.observed_at) as latest "
        "from placements p join records r on r.record_id = p.identifier_id "
        "join sources s on s.name = r.source where p.profile_id = ? "
        "group by r.source, s.kind order by r.source",
        (profile_id,),
    )
    return tuple(
        KnownSource(
            _("you") if row["kind"] == DECLARED_KIND else row["source"],
            _(SOURCE_KINDS[row["kind"]]),
            from_micros(row["since"]),
            from_micros(row["latest"]),
        )
        for row in rows
    )


def _devices(held: ProfileParts) -> tuple[KnownDevice, ...]:
    found = []
    for device in held.identifiers:
        edges = [
            each
            for each in held.edges
            if device.identifier_id in (each.left_id, each.right_id) and each.is_followed
        ]
        if device.type in _DEVICES and edges:
            found.append(
                KnownDevice(
                    _(_DEVICES[device.type]),
                    ", ".join(sorted({each.source for each in edges})),
                    from_micros(min(each.first_seen_at for each in edges)),
                    from_micros(max(each.last_seen_at for each in edges)),
                )
            )
    return tuple(sorted(found, key=lambda each: each.latest, reverse=True))


def _count_others(parts: Passerelle, held: ProfileParts) -> int:
    if held.household_id is None:
        return 0
    rows = parts.store.rows(
        "select count(*) as people from households where household_id = ?", (held.household_id,)
    )
    return max(0, int(rows[0]["people"]) - 1)


def shown_value(type_name: str, value: str) -> str:
    """An identifier as its bearer knows it; empty for what nobody reads, such as a cookie's."""
    if type_name not in _CONTACTS or value.startswith("sha256:"):
        return ""
    # Who issued a number is for programs.
    is_issued = type_name in ("loyalty_card", "customer_number", "login")
    return value.partition(":")[2] if is_issued else value
