"""The whole retailer in memory: everything that is true and everything that was recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from passerelle.kernel.language import N_
from passerelle.simulate.browsers import Cookies, Devices, Visits, make_devices, make_visits
from passerelle.simulate.catalogue import make_catalogue
from passerelle.simulate.contacts import make_contacts
from passerelle.simulate.events import Traffic, make_traffic
from passerelle.simulate.partner import PartnerCookies, make_partner
from passerelle.simulate.population import make_population
from passerelle.simulate.randomness import Ints, happens, random_stream
from passerelle.simulate.receipt_file import receipt_totals
from passerelle.simulate.receipts import ReceiptLines, Receipts, first_rows, make_receipts
from passerelle.simulate.record_files import World
from passerelle.simulate.records import RecordFiles, make_records
from passerelle.simulate.reference import load_reference
from passerelle.simulate.spec import RetailerSpec

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

    world: World
    files: RecordFiles
    receipts: Receipts
    lines: ReceiptLines
    totals_cents: Ints
    browsing: tuple[Devices, Visits, Cookies]
    traffic: Traffic
    partner: PartnerCookies
    today: int


def make_retailer(spec: RetailerSpec, *, progress: Progress) -> Retailer:
    """Draw the whole world in memory: numbers and codes, hardly any text."""

    def step(number: int) -> None:
        progress(_STEPS[number], number / len(_STEPS))

    today = (spec.as_of - date(1970, 1, 1)).days
    reference, catalogue = load_reference(), make_catalogue(spec.seed, spec.customers)
    step(0)
    households, people = make_population(spec, reference)
    contacts = make_contacts(spec, reference, households, people, today=today)
    step(1)
    files = make_records(spec, households, people, contacts, today=today)
    step(2)
    receipts, lines = make_receipts(spec, catalogue, people, contacts, files, today=today)
    totals = receipt_totals(receipts, lines)
    step(3)
    devices = make_devices(spec, people)
    visits, cookies = make_visits(spec, households, people, devices, files, receipts, today=today)
    step(4)
    browsing = (devices, visits, cookies)
    traffic = make_traffic(
        spec, catalogue, people, contacts, files, receipts, browsing, today=today
    )
    reads = happens(
        random_stream(spec.seed, "newsletter"), spec.records.newsletter_share, len(people)
    )
    world = World(
        spec=spec,
        reference=reference,
        households=households,
        people=people,
        contacts=contacts,
        catalogue=catalogue,
        crm_keys=(files.crm.keys, first_rows(files.crm, people)),
        newsletter=reads,
        spent=_spent(files, receipts, totals),
    )
    return Retailer(
        world=world,
        files=files,
        receipts=receipts,
        lines=lines,
        totals_cents=totals,
        browsing=browsing,
        traffic=traffic,
        partner=make_partner(spec, people, devices, today=today),
        today=today,
    )


def _spent(files: RecordFiles, receipts: Receipts, totals: Ints) -> tuple[Ints, Ints]:
    """Cents and orders by account of the web shop; returns never make it negative."""
    bought = receipts.webshop_row >= 0
    account, count = receipts.webshop_row[bought], len(files.webshop)
    cents = np.bincount(account, weights=totals[bought], minlength=count)
    return np.maximum(cents, 0).astype(np.int64), np.bincount(account, minlength=count)
