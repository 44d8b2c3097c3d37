"""The three customer files, each with the columns and the dirt of the system it comes from."""

from __future__ import annotations

import numpy as np
import polars as pl

from passerelle.simulate.randomness import Ints, choose, happens, random_stream
from passerelle.simulate.receipts import Trade
from passerelle.simulate.record_cells import (
    Scribe,
    addresses,
    birth_dates,
    e164,
    emails,
    euros,
    name_styles,
    names,
    store_phones,
)
from passerelle.simulate.records import first_rows
from passerelle.simulate.spelling import PHONE_SHAPES, mistype, spell_phones
from passerelle.simulate.text_columns import (
    blank_out,
    date_words,
    from_letters,
    join_columns,
    pick,
    put,
)
from passerelle.simulate.visit_events import newsletter_readers

RECORDS_PER_CHUNK = 50_000
_TAGS = (None, None, None, None, "newsletter", "vip", "newsletter, vip", "retour-frequent")


def crm_frame(scribe: Scribe, chunk: int, rows: slice) -> pl.DataFrame:
    """Rows of the CRM's export: hand-made headers, everything typed by people over the years."""
    rng = random_stream(scribe.spec.seed, "crm", chunk)
    records, people = scribe.trade.files.crm, scribe.society.people
    rates, person = scribe.spec.records, records.person[rows]
    count = len(person)
    style = name_styles(rng, scribe.spec, count, capitals=0.8)
    first, last, birth_name = names(rng, scribe, records, rows, style)
    street, unit, postcode, city = addresses(rng, scribe, records, rows, variant=True)
    email = emails(rng, scribe, records.email[rows])
    born = birth_dates(rng, scribe, person, "%d/%m/%Y", missing=0.25)
    mobile = mistype(
        rng, spell_phones(rng, records.mobile[rows], len(PHONE_SHAPES)), rates.typo_share / 2
    )
    of_stores = store_phones(scribe.trade.catalogue)
    at_store = happens(rng, rates.store_phone_share, count)
    mobile = put(mobile, at_store, pick(of_stores, rng.integers(0, of_stores.len(), count)))
    fixed = spell_phones(rng, records.fixed_line[rows], len(PHONE_SHAPES))
    woman = people.is_woman[person].astype(np.int64)
    civility = pick(pl.Series(["M.", "Mme", "Monsieur", "Madame", "Mr", "Mlle"]),
                    woman + 2 * choose(rng, [85, 12, 3], count))  # fmt: skip
    return pl.DataFrame(
        {
            "N° client": records.keys[rows],
            "Civilité": blank_out(civility, happens(rng, 0.08, count)),
            "Nom": last,
            "Prénom": first,
            "Nom de naissance": birth_name,
            "Date de naissance": born,
            "Courriel": blank_out(email, happens(rng, 0.22, count)),
            "Tél. portable": blank_out(mobile, happens(rng, 0.25, count)),
            "Tél. fixe": blank_out(fixed, happens(rng, 0.35, count)),
            "Adresse": street,
            "Complément": unit,
            "CP": postcode,
            "Ville": city,
            "Créé le": date_words(records.created_on[rows], "%d/%m/%Y"),
            "Modifié le": date_words(records.updated_on[rows], "%d/%m/%Y"),
        }
    )


def loyalty_frame(scribe: Scribe, chunk: int, rows: slice) -> pl.DataFrame:
    """Rows of the loyalty programme's export: filled at the till, in a hurry."""
    rng = random_stream(scribe.spec.seed, "loyalty", chunk)
    files, people = scribe.trade.files, scribe.society.people
    records = files.loyalty
    rates, person = scribe.spec.records, records.person[rows]
    count = len(person)
    style = name_styles(rng, scribe.spec, count, capitals=rates.capitals_share)
    first, last, _ = names(rng, scribe, records, rows, style)
    mobile = mistype(rng, spell_phones(rng, records.mobile[rows], 2), rates.typo_share)
    in_crm = first_rows(files.crm, people)[person]
    known = np.where(happens(rng, 0.15, count), in_crm, -1)
    stores = scribe.trade.catalogue.stores
    home = people.household[person]
    return pl.DataFrame(
        {
            "card_number": records.keys[rows],
            "last_name": last,
            "first_name": first,
            "birth_date": birth_dates(rng, scribe, person, "%Y-%m-%d", missing=0.15),
            "email": blank_out(emails(rng, scribe, records.email[rows]), happens(rng, 0.35, count)),
            "mobile": blank_out(mobile, happens(rng, 0.20, count)),
            "zip": pick(
                scribe.reference.postcodes,
                scribe.society.households.place[home, records.address[rows]],
            ),
            "store_id": pick(stores, choose(rng, scribe.trade.catalogue.store_weights, count)),
            "joined_on": date_words(records.created_on[rows], "%Y-%m-%d"),
            "customer_number": pick(files.crm.keys, known),
        }
    )


def webshop_frame(scribe: Scribe, chunk: int, rows: slice) -> pl.DataFrame:
    """Rows of the web shop's export, in the layout of a Shopify customer export."""
    rng = random_stream(scribe.spec.seed, "webshop", chunk)
    trade, people = scribe.trade, scribe.society.people
    records = trade.files.webshop
    person, count = records.person[rows], len(records.person[rows])
    style = name_styles(rng, scribe.spec, count, capitals=0.06)
    first, last, _ = names(rng, scribe, records, rows, style)
    street, unit, postcode, city = addresses(rng, scribe, records, rows, variant=False)
    phone = spell_phones(rng, records.mobile[rows], len(PHONE_SHAPES))
    no_address = happens(rng, 0.30, count)
    cents, orders = _spent(trade, rows)
    accepts = newsletter_readers(scribe.spec, people)[person].astype(np.int64)
    yes_no = pl.Series(["no", "yes"])
    empty = pl.repeat(None, count, dtype=pl.String, eager=True)
    apostrophe = from_letters(np.full((count, 1), ord("'"), dtype=np.uint8))
    return pl.DataFrame(
        {
            "Customer ID": records.keys[rows],
            "First Name": first,
            "Last Name": last,
            "Email": pick(scribe.society.contacts.emails, records.email[rows]),
            "Accepts Email Marketing": pick(yes_no, accepts),
            "Default Address Company": empty,
            "Default Address Address1": blank_out(street, no_address),
            "Default Address Address2": blank_out(unit, no_address),
            "Default Address City": blank_out(city, no_address),
            "Default Address Province Code": empty,
            "Default Address Country Code": blank_out(
                pick(pl.Series(["FR"]), np.zeros(count, dtype=np.int64)), no_address
            ),
            "Default Address Zip": blank_out(join_columns(apostrophe, postcode), no_address),
            "Default Address Phone": blank_out(phone, no_address | happens(rng, 0.3, count)),
            "Phone": blank_out(e164(records.mobile[rows]), happens(rng, 0.75, count)),
            "Accepts SMS Marketing": pick(
                yes_no, accepts * happens(rng, 0.4, count).astype(np.int64)
            ),
            "Total Spent": euros(cents),
            "Total Orders": pl.Series(orders).cast(pl.String),
            "Note": empty,
            "Tax Exempt": pick(yes_no, np.zeros(count, dtype=np.int64)),
            "Tags": pick(pl.Series(_TAGS, dtype=pl.String), rng.integers(0, 8, count)),
        }
    )


def _spent(trade: Trade, rows: slice) -> tuple[Ints, Ints]:
    """Cents and orders by account of the web shop; returns never make it negative."""
    receipts, count = trade.receipts, len(trade.files.webshop)
    bought = receipts.webshop_row >= 0
    account = receipts.webshop_row[bought]
    cents = np.bincount(account, weights=trade.totals_cents[bought], minlength=count)
    orders = np.bincount(account, minlength=count)
    return np.maximum(cents, 0).astype(np.int64)[rows], orders[rows]
