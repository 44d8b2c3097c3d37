"""The three customer files, each with the columns and the dirt of the system it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from passerelle.simulate.catalogue import Catalogue
from passerelle.simulate.contacts import Contacts
from passerelle.simulate.population import Households, People
from passerelle.simulate.randomness import Bools, Ints, choose, happens, random_stream
from passerelle.simulate.records import Records
from passerelle.simulate.reference import Reference
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.spelling import PHONE_SHAPES, mistype, spell_phones
from passerelle.simulate.text_columns import (
    blank_out,
    date_words,
    from_letters,
    join_columns,
    number_letters,
    pick,
    put,
)
from passerelle.simulate.words import (
    fold,
    shorten_saint,
    shorten_street,
    title,
    unchanged,
    variants,
)

RECORDS_PER_CHUNK = 50_000
_PLACEHOLDER_EMAILS = ("test@test.fr", "pasdemail@pasdemail.fr", "nomail@gmail.com", "a@a.fr")
_UNITS = 400
_CORPORATE_TAGS = ("", "", "", "", "newsletter", "vip", "newsletter, vip", "retour-frequent")


@dataclass(frozen=True)
class World:
    """All that is true of the people, to write records about them."""

    spec: RetailerSpec
    reference: Reference
    households: Households
    people: People
    contacts: Contacts
    catalogue: Catalogue
    crm_keys: tuple[pl.Series, Ints]
    """The CRM's customer numbers, and the row of each person's first record there."""
    newsletter: Bools
    spent: tuple[Ints, Ints]
    """Cents and orders by account of the web shop."""
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", Words.of(self.reference))


@dataclass(frozen=True)
class Words:
    """Every name, street and town in every variant that some file uses."""

    first_names: pl.Series
    surnames: pl.Series
    streets: pl.Series
    communes: pl.Series
    units: pl.Series

    @staticmethod
    def of(reference: Reference) -> Words:
        """Make the variants; the numbers of a variant are constants of this module."""
        return Words(
            first_names=variants(reference.first_names, unchanged, _capitals, fold, str.lower),
            surnames=variants(reference.surnames, title, _capitals, _folded_title, str.lower),
            streets=variants(reference.streets, unchanged, _capitals, shorten_street),
            communes=variants(reference.communes, unchanged, shorten_saint, fold),
            units=pl.Series([_unit(n) for n in range(_UNITS)]),
        )


AS_IS, CAPITALS, FOLDED, LOWER = range(4)
SHORTENED = 2


@dataclass(frozen=True)
class NameStyle:
    """In which variant each record of a chunk writes the names."""

    first: Ints
    last: Ints


def crm_frame(world: World, records: Records, chunk: int, rows: slice) -> pl.DataFrame:
    """Rows of the CRM's export: hand-made headers, everything typed by people over the years."""
    rng = random_stream(world.spec.seed, "crm", chunk)
    rates, person = world.spec.records, records.person[rows]
    count = len(person)
    style = _name_styles(rng, world.spec, count, capitals=0.8)
    first, last, birth_name = _names(rng, world, records, rows, style)
    street, unit, postcode, city = _address(rng, world, records, rows, variant=True)
    email = _emails(rng, world, records.email[rows])
    born = _birth_dates(rng, world, person, "%d/%m/%Y", missing=0.25)
    mobile = mistype(
        rng, spell_phones(rng, records.mobile[rows], len(PHONE_SHAPES)), rates.typo_share / 2
    )
    store_phones = _store_phones(world.catalogue)
    at_store = happens(rng, rates.store_phone_share, count)
    mobile = put(mobile, at_store, pick(store_phones, rng.integers(0, store_phones.len(), count)))
    fixed = spell_phones(rng, records.fixed_line[rows], len(PHONE_SHAPES))
    woman = world.people.is_woman[person].astype(np.int64)
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


def loyalty_frame(world: World, records: Records, chunk: int, rows: slice) -> pl.DataFrame:
    """Rows of the loyalty programme's export: filled at the till, in a hurry."""
    rng = random_stream(world.spec.seed, "loyalty", chunk)
    rates, person = world.spec.records, records.person[rows]
    count = len(person)
    style = _name_styles(rng, world.spec, count, capitals=rates.capitals_share)
    first, last, _ = _names(rng, world, records, rows, style)
    mobile = mistype(rng, spell_phones(rng, records.mobile[rows], 2), rates.typo_share)
    keys, first_crm = world.crm_keys
    known = np.where(happens(rng, 0.15, count), first_crm[person], -1)
    stores = world.catalogue.stores
    home = world.people.household[person]
    return pl.DataFrame(
        {
            "card_number": records.keys[rows],
            "last_name": last,
            "first_name": first,
            "birth_date": _birth_dates(rng, world, person, "%Y-%m-%d", missing=0.15),
            "email": blank_out(_emails(rng, world, records.email[rows]), happens(rng, 0.35, count)),
            "mobile": blank_out(mobile, happens(rng, 0.20, count)),
            "zip": pick(
                world.reference.postcodes,
                world.households.place[home, records.address[rows]],
            ),
            "store_id": pick(stores, choose(rng, world.catalogue.store_weights, count)),
            "joined_on": date_words(records.created_on[rows], "%Y-%m-%d"),
            "customer_number": pick(keys, known),
        }
    )


def webshop_frame(world: World, records: Records, chunk: int, rows: slice) -> pl.DataFrame:
    """Rows of the web shop's export, in the layout of a Shopify customer export."""
    rng = random_stream(world.spec.seed, "webshop", chunk)
    person, count = records.person[rows], len(records.person[rows])
    style = _name_styles(rng, world.spec, count, capitals=0.06)
    first, last, _ = _names(rng, world, records, rows, style)
    street, unit, postcode, city = _address(rng, world, records, rows, variant=False)
    phone = spell_phones(rng, records.mobile[rows], len(PHONE_SHAPES))
    no_address = happens(rng, 0.30, count)
    cents, orders = (values[rows] for values in world.spent)
    accepts = world.newsletter[person].astype(np.int64)
    yes_no = pl.Series(["no", "yes"])
    empty = pl.repeat(None, count, dtype=pl.String, eager=True)
    apostrophe = from_letters(np.full((count, 1), ord("'"), dtype=np.uint8))
    return pl.DataFrame(
        {
            "Customer ID": records.keys[rows],
            "First Name": first,
            "Last Name": last,
            "Email": pick(world.contacts.emails, records.email[rows]),
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
            "Phone": blank_out(_e164(records.mobile[rows]), happens(rng, 0.75, count)),
            "Accepts SMS Marketing": pick(
                yes_no, accepts * happens(rng, 0.4, count).astype(np.int64)
            ),
            "Total Spent": _euros(cents),
            "Total Orders": pl.Series(orders).cast(pl.String),
            "Note": empty,
            "Tax Exempt": pick(yes_no, np.zeros(count, dtype=np.int64)),
            "Tags": pick(pl.Series(_CORPORATE_TAGS), rng.integers(0, 8, count)),
        }
    )


def _name_styles(
    rng: np.random.Generator, spec: RetailerSpec, count: int, *, capitals: float
) -> NameStyle:
    rates = spec.records
    shouting = happens(rng, capitals, count)
    flat = happens(rng, rates.lost_accents_share, count)
    lower = happens(rng, 0.02, count)
    quiet = np.where(flat, FOLDED, np.where(lower, LOWER, AS_IS))
    first = np.where(shouting & happens(rng, 0.5, count), CAPITALS, quiet)
    return NameStyle(first=first, last=np.where(shouting, CAPITALS, quiet))


def _names(
    rng: np.random.Generator, world: World, records: Records, rows: slice, style: NameStyle
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """First name, surname, and the name at birth where it differs and was asked for."""
    rates, people, words = world.spec.records, world.people, world.words
    person, count = records.person[rows], len(records.person[rows])
    firsts, lasts = world.reference.first_names.len(), world.reference.surnames.len()
    before = records.under_birth_name[rows]
    now = np.where(before, people.birth_name[person], people.surname[person])
    joined = np.where(before, -1, people.joined_name[person])
    offset = style.last * lasts
    double = pick(words.surnames, np.where(joined < 0, -1, offset + joined))
    dash = double.to_frame("d").select(pl.concat_str(pl.lit("-"), "d")).to_series()
    last = join_columns(pick(words.surnames, offset + now), dash)
    first = pick(words.first_names, style.first * firsts + people.first_name[person])
    last, first = mistype(rng, last, rates.typo_share), mistype(rng, first, rates.typo_share)
    swapped = happens(rng, rates.swapped_names_share, count)
    first, last = put(first, swapped, last), put(last, swapped, first)
    changed = (people.birth_name[person] != now) & happens(rng, 0.5, count)
    birth = np.where(changed, offset + people.birth_name[person], -1)
    return first, last, pick(words.surnames, birth)


def _address(
    rng: np.random.Generator, world: World, records: Records, rows: slice, *, variant: bool
) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Street with number, complement, postcode and town, as of the record's day."""
    home = world.people.household[records.person[rows]]
    which, count = records.address[rows], len(home)
    homes, reference = world.households, world.reference
    place, street = homes.place[home, which], homes.street[home, which]
    weights = [55, 25, 20] if variant else [92, 0, 8]
    hand = choose(rng, weights, count)
    numbers = pl.Series(homes.number[home, which]).cast(pl.String)
    suffix = pick(pl.Series([" bis", " ter"]), np.where(homes.number[home, which] % 23 == 0, 0, -1))
    comma = pick(pl.Series([","]), np.where(happens(rng, 0.15, count), 0, -1))
    street_words = pick(world.words.streets, hand * reference.streets.len() + street)
    line = join_columns(numbers, suffix, comma, " ", street_words)
    line = mistype(rng, line, world.spec.records.typo_share / 2)
    missing = happens(rng, 0.10, count) if variant else np.zeros(count, dtype=np.bool_)
    town_hand = choose(rng, [60, 30, 10] if variant else [90, 2, 8], count)
    city = pick(world.words.communes, town_hand * reference.communes.len() + place)
    postcode = pick(reference.postcodes, place)
    if variant:
        short = happens(rng, 0.5, count) & ~missing  # a spreadsheet ate the zero of 01000
        postcode = put(postcode, short, postcode.str.strip_chars_start("0"))
    return (
        blank_out(line, missing),
        blank_out(pick(world.words.units, homes.unit[home, which]), missing),
        blank_out(postcode, missing & happens(rng, 0.5, count)),
        blank_out(city, missing & happens(rng, 0.5, count)),
    )


def _emails(rng: np.random.Generator, world: World, codes: Ints) -> pl.Series:
    rates, count = world.spec.records, len(codes)
    email = mistype(rng, pick(world.contacts.emails, codes), rates.typo_share / 2)
    email = put(email, happens(rng, 0.05, count), email.str.to_uppercase())
    email = put(email, happens(rng, 0.01, count), join_columns(" ", email, " "))
    nothing = pick(pl.Series(_PLACEHOLDER_EMAILS), choose(rng, [5, 3, 2, 1], count))
    return put(email, happens(rng, rates.placeholder_email_share, count), nothing)


def _birth_dates(
    rng: np.random.Generator, world: World, person: Ints, pattern: str, *, missing: float
) -> pl.Series:
    rates, count = world.spec.records, len(person)
    born_on = world.people.born_on[person]
    dates = date_words(born_on, pattern)
    year, month, day = (date_words(born_on, part) for part in ("%Y", "%m", "%d"))
    crossed = (
        join_columns(month, "/", day, "/", year)
        if pattern.startswith("%d")
        else join_columns(year, "-", day, "-", month)
    )
    dates = put(dates, happens(rng, rates.swapped_day_month_share, count), crossed)
    first_of_1900 = date_words(np.full(count, -25_567), pattern)
    dates = put(dates, happens(rng, rates.placeholder_birth_share, count), first_of_1900)
    return blank_out(dates, happens(rng, missing, count))


def _store_phones(catalogue: Catalogue) -> pl.Series:
    """The shops' own numbers, from the block that ARCEP keeps for fiction."""
    return pl.Series([f"01 99 00 {n // 100 % 100:02d} {n % 100:02d}"
                      for n in range(catalogue.stores.len())])  # fmt: skip


def _e164(numbers: Ints) -> pl.Series:
    """Numbers with the country code, as the shop's checkout stores them; -1 is missing."""
    code = np.full(len(numbers), 33)
    for block, country in ((692, 262), (639, 262), (690, 590), (696, 596), (694, 594)):
        code[numbers // 1_000_000 == block] = country
    national = from_letters(number_letters(np.maximum(numbers, 0), 9))
    return blank_out(join_columns("+", pl.Series(code).cast(pl.String), national), numbers < 0)


def _euros(cents: Ints) -> pl.Series:
    whole, rest = np.divmod(cents, 100)
    return join_columns(
        pl.Series(whole).cast(pl.String), ".", from_letters(number_letters(rest, 2))
    )


def _capitals(word: str) -> str:
    return fold(word).upper()


def _folded_title(word: str) -> str:
    return title(fold(word))


def _unit(number: int) -> str:
    floor, door = number // 20 % 10, number % 20 + 1
    forms = (f"Appt {door}", f"Bât {chr(65 + floor % 6)}", f"Étage {floor + 1}",
             f"Résidence les Lilas, Bât {chr(65 + floor % 6)}",
             f"Apt {door} ; esc. {floor % 4 + 1}")  # fmt: skip
    return forms[number % len(forms)]
