"""The match report: how much of the base can be found online, by five definitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from passerelle.measure.cookies.cookie_report import CookieReport
from passerelle.measure.truth_report import TruthReport

FORMAT = "passerelle-match-report-1"
"""Changes when a field is renamed or changes meaning; new fields may come without."""


@dataclass(frozen=True)
class Share:
    """A part of a whole; both in the unit that the place says.

    low, high: 95 % interval of the part, when it is an estimate.
    """

    part: float
    whole: float
    low: float | None = None
    high: float | None = None

    @property
    def ratio(self) -> float | None:
        """Part over whole, or None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Definition:
    """One way to say "matched": claimed, live, device, household or reachable.

    unit: what is counted: people, devices or households. is_estimate: the part or the whole is
    not a count. also: shares that belong beside it, by name.
    """

    name: str
    unit: str
    share: Share
    is_estimate: bool
    also: dict[str, Share]


@dataclass(frozen=True)
class Reach:
    """People whose device is seen within so many days.

    predicted: in the days that follow the date. realised: in the days before it.
    """

    days: int
    predicted: Share
    realised: Share


@dataclass(frozen=True)
class BreakdownRow:
    """What one type, evidence, source, browser, age or state of consent brings.

    Grain: one row per value; people with devices of several values count in each, and `only_people`
    are those with no other. returning_devices, reach_30: expected within 30 days.
    """

    value: str
    devices: int
    live_devices: int
    seen_devices: int
    returning_devices: float
    people: int
    live_people: int
    seen_people: int
    only_people: int
    reach_30: float


@dataclass(frozen=True)
class DeviceCountRow:
    """People by how many devices they were ever bound to; 5 stands for five and more."""

    devices: int
    people: int
    live_people: int
    one_live_people: int
    several_live_people: int
    seen_people: int
    reach_30: float


@dataclass(frozen=True)
class SourceRow:
    """People whom one of our sources knows, and what is known of them online."""

    source: str
    records: int
    people: int
    bound_people: int
    live_people: int
    seen_people: int
    reach_30: float


@dataclass(frozen=True)
class ReceiptRow:
    """Receipts and their amounts: in all, of people known, ever bound online, and alive there.

    Amounts are cents of one currency. sales: above zero; net: also what was brought back.
    """

    label: str
    receipts: int
    naming_receipts: int
    identified_receipts: int
    bound_receipts: int
    live_receipts: int
    sales_cents: int
    identified_sales_cents: int
    bound_sales_cents: int
    live_sales_cents: int
    net_cents: int
    identified_net_cents: int
    bound_net_cents: int
    live_net_cents: int


@dataclass(frozen=True)
class ReceiptShares:
    """Receipts in the currency of most of them: in all, by channel, by month."""

    currency: str
    total: ReceiptRow
    by_channel: tuple[ReceiptRow, ...]
    by_month: tuple[ReceiptRow, ...]
    receipts_in_other_currencies: int


@dataclass(frozen=True)
class EventRow:
    """Events of one source, and those of people known."""

    source: str
    events: int
    known_events: int


@dataclass(frozen=True)
class GapRow:
    """A part of the people, by what keeps them from being reached; the parts add up to all."""

    reason: str
    people: int


@dataclass(frozen=True)
class SurvivalRow:
    """Of the devices bound 30 days before the date, those seen since, by their age then.

    age_from: days since the first sight, start of the interval.
    """

    kind: str
    age_from: int
    devices: int
    returned: int


@dataclass(frozen=True)
class Caution:
    """Something to know before a number is used: a stable code, and the number it is about."""

    code: str
    count: float = 0.0


@dataclass(frozen=True)
class MatchReport:
    """The whole report. Counts are of what happened before midnight (UTC) of `as_of`."""

    format: str
    as_of: date
    made_at: datetime
    people: int
    households: int
    devices_per_person: float
    first_event_at: datetime | None
    last_event_at: datetime | None
    last_receipt_at: datetime | None
    definitions: tuple[Definition, ...]
    reach: tuple[Reach, ...]
    gap: tuple[GapRow, ...]
    breakdowns: dict[str, tuple[BreakdownRow, ...]]
    device_counts: tuple[DeviceCountRow, ...]
    sources: tuple[SourceRow, ...]
    survival: tuple[SurvivalRow, ...]
    receipts: ReceiptShares | None
    events: tuple[EventRow, ...]
    cautions: tuple[Caution, ...]
    cookies: CookieReport
    truth: TruthReport | None = None

    def definition(self, name: str) -> Definition:
        """One of the five by name."""
        return next(each for each in self.definitions if each.name == name)
