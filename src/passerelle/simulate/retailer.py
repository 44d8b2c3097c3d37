"""The whole retailer in memory: everything that is true and everything that was recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from passerelle.kernel.language import N_
from passerelle.simulate.browsers import Browsing, make_browsing
from passerelle.simulate.catalogue import make_catalogue
from passerelle.simulate.contacts import Society, make_society
from passerelle.simulate.partner import PartnerCookies, make_partner
from passerelle.simulate.receipts import Trade, make_trade
from passerelle.simulate.records import make_records
from passerelle.simulate.reference import Reference, load_reference
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.traffic import Traffic, make_traffic

Progress = Callable[[str, float], None]
"""Called with the step being done and the share of the whole that is done, 0 to 1."""

_STEPS = (
    N_("People and households"),
    N_("Customer records"),
    N_("Purchases"),
    N_("Visits and cookies"),
    N_("Events"),
)


@dataclass(frozen=True)
class Retailer:
    """Everything that is true and everything that was recorded, before any file is written."""

    spec: RetailerSpec
    today: int
    """The as-of date, in days since 1970."""
    reference: Reference
    society: Society
    trade: Trade
    browsing: Browsing
    traffic: Traffic
    partner: PartnerCookies


def make_retailer(spec: RetailerSpec, *, progress: Progress) -> Retailer:
    """Draw the whole world in memory: numbers and codes, hardly any text."""

    def step(number: int) -> None:
        progress(_STEPS[number], number / len(_STEPS))

    today = (spec.as_of - date(1970, 1, 1)).days
    reference, catalogue = load_reference(), make_catalogue(spec.seed, spec.customers)
    step(0)
    society = make_society(spec, reference, today=today)
    step(1)
    files = make_records(spec, society, today=today)
    step(2)
    trade = make_trade(spec, catalogue, society, files, today=today)
    step(3)
    browsing = make_browsing(spec, society, trade, today=today)
    step(4)
    return Retailer(
        spec=spec,
        today=today,
        reference=reference,
        society=society,
        trade=trade,
        browsing=browsing,
        traffic=make_traffic(spec, society, trade, browsing, today=today),
        partner=make_partner(spec, society.people, browsing.devices, today=today),
    )
