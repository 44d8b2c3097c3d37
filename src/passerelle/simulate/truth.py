"""The truth beside the files: who is behind each row, receipt and cookie, and who came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from passerelle.simulate.browsers import BROWSERS, Cookies, Devices
from passerelle.simulate.event_lines import ADVERTISING_SALT, VISITOR_SALT
from passerelle.simulate.partner import PartnerCookies, partner_cookie_words
from passerelle.simulate.population import NEVER
from passerelle.simulate.randomness import Bools, Ints, happens, random_stream
from passerelle.simulate.receipts import Receipts
from passerelle.simulate.records import RecordFiles, Records
from passerelle.simulate.retailer import Retailer
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.text_columns import DAY_MS, from_letters, pick, put, uuid_letters
from passerelle.simulate.traffic import Traffic

_BROWSER_WORDS = pl.Series(BROWSERS)
_APP_WORDS = pl.Series(["ios", "android"])


@dataclass(frozen=True)
class TruthTable:
    """One Parquet file of the truth; `make` gives any part of its rows."""

    name: str
    rows: int
    make: Callable[[slice], pl.DataFrame]


def people_table(retailer: Retailer) -> TruthTable:
    """Grain: one row per person, known to the retailer or not. Names and contacts as of today."""
    society, reference, today = retailer.society, retailer.reference, retailer.today
    people, contacts, homes = society.people, society.contacts, society.households
    names, surnames = reference.first_names, reference.surnames
    consents = _brand_consents(retailer.spec, len(people))
    presence = {r.source: _present(r, len(people)) for r in retailer.trade.files.each()}

    def make(rows: slice) -> pl.DataFrame:
        person = np.arange(rows.start, rows.stop)
        home = people.household[rows]
        place = homes.place[home, 0]
        return pl.DataFrame(
            {
                "person_id": person,
                "household_id": home,
                "is_customer": people.is_customer[rows],
                "is_adult": people.is_adult[rows],
                "sex": pick(pl.Series(["M", "F"]), people.is_woman[rows].astype(np.int64)),
                "first_name": pick(names, people.first_name[rows]),
                "last_name": pick(surnames, people.surname[rows]),
                "joined_name": pick(surnames, people.joined_name[rows]),
                "birth_name": pick(surnames, people.birth_name[rows]),
                "born_on": _dates(people.born_on[rows], today=today),
                "married_on": _dates(people.married_on[rows], today=today),
                "moved_on": _dates(homes.moved_on[home], today=today),
                "died_on": _dates(people.died_on[rows], today=today),
                "postcode": pick(reference.postcodes, place),
                "city": pick(reference.communes, place),
                "email": pick(contacts.emails, contacts.email[rows]),
                "uses_family_mailbox": contacts.family_email[rows] >= 0,
                "mobile_is_recycled": contacts.mobile_is_recycled[rows],
                "in_crm": presence["crm"][rows],
                "in_loyalty": presence["loyalty"][rows],
                "in_webshop": presence["webshop"][rows],
                "consents_to_brand": consents[rows],
            }
        )

    return TruthTable("people", len(people), make)


def _brand_consents(spec: RetailerSpec, count: int) -> Bools:
    """Who agreed that the brand may use their data for advertising."""
    rng = random_stream(spec.seed, "brand consent")
    return happens(rng, spec.browsers.brand_consent_share, count)


def records_table(files: RecordFiles) -> TruthTable:
    """Grain: one row per row of the three customer files."""
    sources = pl.concat(
        [pl.repeat(r.source, len(r), dtype=pl.String, eager=True) for r in files.each()]
    )
    keys = pl.concat([r.keys for r in files.each()])
    person = np.concatenate([r.person for r in files.each()])
    former = np.concatenate([r.address == 1 for r in files.each()])
    birth_name = np.concatenate([r.under_birth_name for r in files.each()])
    return TruthTable(
        "records",
        len(person),
        lambda rows: pl.DataFrame(
            {
                "source": sources[rows],
                "record_key": keys[rows],
                "person_id": person[rows],
                "at_former_address": former[rows],
                "under_birth_name": birth_name[rows],
            }
        ),
    )


def life_files_table(truth: pl.DataFrame) -> TruthTable:
    """Grain: one row per row of the files of life changes, with whom it is about, if anybody."""
    return TruthTable("life_files", truth.height, lambda rows: truth[rows])


def shop_habits_table(retailer: Retailer) -> TruthTable:
    """Grain: one row per household that changed its usual shop."""
    habits, stores = retailer.trade.habits, retailer.trade.catalogue.stores
    changed = np.flatnonzero(habits.changed_on < NEVER)
    return TruthTable(
        "shop_habits",
        len(changed),
        lambda rows: pl.DataFrame(
            {
                "household_id": changed[rows],
                "former_shop": pick(stores, habits.former[changed[rows]]),
                "shop": pick(stores, habits.shop[changed[rows]]),
                "changed_on": _dates(habits.changed_on[changed[rows]], today=retailer.today),
            }
        ),
    )


def replaced_devices_table(devices: Devices, cookies: Cookies) -> TruthTable:
    """Grain: one row per site cookie of a device that was replaced, or that replaced another."""
    replaced = devices.replaced
    rows_of = np.flatnonzero(replaced.counterpart[cookies.device] >= 0)

    def make(rows: slice) -> pl.DataFrame:
        device = cookies.device[rows_of[rows]]
        return pl.DataFrame(
            {
                "cookie": from_letters(uuid_letters(rows_of[rows], VISITOR_SALT)),
                "person_id": devices.person[device],
                "device_id": device,
                "is_newer": replaced.is_newer[device],
                "replaced_on": pl.Series(replaced.on_day[device].astype(np.int32)).cast(pl.Date),
            }
        )

    return TruthTable("replaced_devices", len(rows_of), make)


def receipts_table(receipts: Receipts, ids: pl.Series) -> TruthTable:
    """Grain: one row per receipt, with who paid."""
    return TruthTable(
        "receipts",
        len(receipts),
        lambda rows: pl.DataFrame({"receipt_id": ids[rows], "person_id": receipts.person[rows]}),
    )


def devices_table(devices: Devices) -> TruthTable:
    """Grain: one row per browser of a customer, seen on the site or not."""
    return TruthTable(
        "devices",
        len(devices),
        lambda rows: pl.DataFrame(
            {
                "device_id": np.arange(rows.start, rows.stop),
                "person_id": devices.person[rows],
                "browser": pick(_BROWSER_WORDS, devices.browser[rows]),
                "resets_per_day": devices.reset_per_day[rows],
                "is_shared": devices.is_shared[rows],
                "consented": devices.is_consenting[rows],
            }
        ),
    )


def cookies_tables(retailer: Retailer) -> list[TruthTable]:
    """One file in parts, one after the other. Grain: one row per cookie, app or advertising id."""
    devices, traffic = retailer.browsing.devices, retailer.traffic
    return [
        _site_cookies(devices, retailer.browsing.cookies),
        _stranger_cookies(retailer.spec, traffic),
        _app_installations(traffic),
        _advertising_ids(traffic),
        _partner_cookies(devices, retailer.partner),
    ]


def reach_table(retailer: Retailer) -> TruthTable:
    """Grain: one row per customer; what an honest match rate and reach forecast should say.

    `claimed`: some site cookie gave evidence of the person before the as-of date. `alive`: one
    of these still exists then. `seen_on_bound_cookie`: one of these comes back within 30 days.
    `seen`: the person comes back, on any browser.
    """
    people, traffic = retailer.society.people, retailer.traffic
    visits, cookies = retailer.browsing.visits, retailer.browsing.cookies
    boundary, count = retailer.today * DAY_MS, len(people)
    after = visits.at_ms >= boundary
    returned = np.zeros(len(cookies), dtype=np.bool_)
    returned[visits.cookie[after]] = True
    bound_cookie, bound_person = traffic.bound_cookie, traffic.bound_person
    alive = bound_person[cookies.died_ms[bound_cookie] > boundary]
    customers = np.flatnonzero(people.is_customer)
    columns = {
        "claimed": _among(bound_person, count),
        "alive": _among(alive, count),
        "seen": _among(visits.actor[after], count),
        "seen_on_bound_cookie": _among(bound_person[returned[bound_cookie]], count),
    }
    return TruthTable(
        "reach",
        len(customers),
        lambda rows: pl.DataFrame(
            {"person_id": customers[rows]}
            | {name: values[customers[rows]] for name, values in columns.items()}
        ),
    )


def _site_cookies(devices: Devices, cookies: Cookies) -> TruthTable:
    def make(rows: slice) -> pl.DataFrame:
        device = cookies.device[rows]
        return _cookie_rows(
            from_letters(uuid_letters(np.arange(rows.start, rows.stop), VISITOR_SALT)),
            "web",
            pick(_BROWSER_WORDS, devices.browser[device]),
            person=devices.person[device],
            life=(cookies.born_ms[rows], cookies.died_ms[rows]),
            consented=devices.is_consenting[device],
        )

    return TruthTable("cookies", len(cookies), make)


def _stranger_cookies(spec: RetailerSpec, traffic: Traffic) -> TruthTable:
    first, strangers = traffic.customer_cookies, traffic.stranger_browsers
    rng = random_stream(spec.seed, "stranger consent")
    consented = happens(rng, spec.browsers.device_consent_share, len(strangers))

    def make(rows: slice) -> pl.DataFrame:
        numbers = np.arange(rows.start, rows.stop)
        unknown = np.full(len(numbers), -1, dtype=np.int64)
        return _cookie_rows(
            from_letters(uuid_letters(first + numbers, VISITOR_SALT)),
            "web",
            pick(_BROWSER_WORDS, strangers[rows]),
            person=unknown,
            life=(unknown, unknown),
            consented=consented[rows],
        )

    return TruthTable("cookies", len(strangers), make)


def _app_installations(traffic: Traffic) -> TruthTable:
    apps = traffic.apps

    def make(rows: slice) -> pl.DataFrame:
        numbers = traffic.first_app + np.arange(rows.start, rows.stop)
        return _cookie_rows(
            from_letters(uuid_letters(numbers, VISITOR_SALT)),
            "app",
            pick(_APP_WORDS, apps.browser[rows]),
            person=apps.person[rows],
            life=(apps.installed_ms[rows], apps.removed_ms[rows]),
            consented=apps.has_advertising_id[rows],
        )

    return TruthTable("cookies", len(apps), make)


def _advertising_ids(traffic: Traffic) -> TruthTable:
    apps = traffic.apps
    with_id = np.flatnonzero(apps.has_advertising_id)

    def make(rows: slice) -> pl.DataFrame:
        app = with_id[rows]
        ids = from_letters(uuid_letters(app, ADVERTISING_SALT))
        ids = put(ids, apps.browser[app] == 0, ids.str.to_uppercase())
        return _cookie_rows(
            ids,
            "mobile_id",
            pick(_APP_WORDS, apps.browser[app]),
            person=apps.person[app],
            life=(apps.installed_ms[app], apps.removed_ms[app]),
            consented=np.ones(len(app), dtype=np.bool_),
        )

    return TruthTable("cookies", len(with_id), make)


def _partner_cookies(devices: Devices, partner: PartnerCookies) -> TruthTable:
    def make(rows: slice) -> pl.DataFrame:
        device = partner.device[rows]
        known = device >= 0
        return _cookie_rows(
            partner_cookie_words(partner, rows),
            "partner",
            pick(_BROWSER_WORDS, np.where(known, devices.browser[device], -1)),
            person=partner.person[rows],
            life=(partner.born_ms[rows], partner.died_ms[rows]),
            consented=np.where(known, devices.is_consenting[device], True),
        )

    return TruthTable("cookies", len(partner), make)


def _cookie_rows(
    words: pl.Series,
    kind: str,
    browser: pl.Series,
    *,
    person: Ints,
    life: tuple[Ints, Ints],
    consented: Bools,
) -> pl.DataFrame:
    born, died = life
    return pl.DataFrame(
        {
            "cookie": words,
            "kind": pl.repeat(kind, len(words), eager=True),
            "browser": browser,
            "person_id": _known(person),
            "born_at": _instants(born),
            "died_at": _instants(died),
            "consented": consented,
        }
    )


def _known(numbers: Ints) -> pl.Series:
    """The numbers, missing where negative."""
    return _without(pl.Series(numbers), numbers < 0)


def _dates(days: Ints, *, today: int) -> pl.Series:
    """Days as dates; what lies in the future has not happened."""
    future = days >= min(today, int(NEVER))
    return _without(pl.Series(np.where(future, 0, days).astype(np.int32)).cast(pl.Date), future)


def _instants(instants_ms: Ints) -> pl.Series:
    instants = pl.Series(instants_ms).cast(pl.Datetime("ms", "UTC")).dt.cast_time_unit("us")
    return _without(instants, instants_ms < 0)


def _without(column: pl.Series, missing: Bools) -> pl.Series:
    frame = pl.DataFrame({"column": column, "missing": missing})
    return frame.select(pl.when(~pl.col("missing")).then("column").alias("column")).to_series()


def _present(records: Records, count: int) -> Bools:
    return _among(records.person, count)


def _among(persons: Ints, count: int) -> Bools:
    found = np.zeros(count, dtype=np.bool_)
    found[persons] = True
    return found
