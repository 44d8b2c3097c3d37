"""Cells of customer records: names, addresses, e-mails and dates as their writers typed them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from passerelle.simulate.catalogue import Catalogue
from passerelle.simulate.contacts import Society
from passerelle.simulate.randomness import Ints, choose, happens
from passerelle.simulate.receipts import Trade
from passerelle.simulate.records import Records
from passerelle.simulate.reference import Reference
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.spelling import mistype
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

_PLACEHOLDER_EMAILS = ("test@test.fr", "pasdemail@pasdemail.fr", "nomail@gmail.com", "a@a.fr")
_UNITS = 400


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


@dataclass(frozen=True)
class Scribe:
    """Whoever writes records: what is true, and how each word may be written."""

    spec: RetailerSpec
    reference: Reference
    society: Society
    trade: Trade
    words: Words


AS_IS, CAPITALS, FOLDED, LOWER = range(4)


@dataclass(frozen=True)
class NameStyle:
    """In which variant each record writes the names."""

    first: Ints
    last: Ints


def name_styles(
    rng: np.random.Generator, spec: RetailerSpec, count: int, *, capitals: float
) -> NameStyle:
    """Choose how each record is typed: some in capitals, some without accents."""
    rates = spec.records
    shouting = happens(rng, capitals, count)
    flat = happens(rng, rates.lost_accents_share, count)
    lower = happens(rng, 0.02, count)
    quiet = np.where(flat, FOLDED, np.where(lower, LOWER, AS_IS))
    first = np.where(shouting & happens(rng, 0.5, count), CAPITALS, quiet)
    return NameStyle(first=first, last=np.where(shouting, CAPITALS, quiet))


def names(
    rng: np.random.Generator, scribe: Scribe, records: Records, rows: slice, style: NameStyle
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """First name, surname, and the name at birth where it differs and was asked for."""
    rates, people, words = scribe.spec.records, scribe.society.people, scribe.words
    person, count = records.person[rows], len(records.person[rows])
    firsts, lasts = scribe.reference.first_names.len(), scribe.reference.surnames.len()
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


def addresses(
    rng: np.random.Generator, scribe: Scribe, records: Records, rows: slice, *, variant: bool
) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Street with number, complement, postcode and town, as of the record's day."""
    home = scribe.society.people.household[records.person[rows]]
    which, count = records.address[rows], len(home)
    homes, reference = scribe.society.households, scribe.reference
    place, street = homes.place[home, which], homes.street[home, which]
    weights = [55, 25, 20] if variant else [92, 0, 8]
    hand = choose(rng, weights, count)
    numbers = pl.Series(homes.number[home, which]).cast(pl.String)
    suffix = pick(pl.Series([" bis", " ter"]), np.where(homes.number[home, which] % 23 == 0, 0, -1))
    comma = pick(pl.Series([","]), np.where(happens(rng, 0.15, count), 0, -1))
    street_words = pick(scribe.words.streets, hand * reference.streets.len() + street)
    line = join_columns(numbers, suffix, comma, " ", street_words)
    line = mistype(rng, line, scribe.spec.records.typo_share / 2)
    missing = happens(rng, 0.10, count) if variant else np.zeros(count, dtype=np.bool_)
    town_hand = choose(rng, [60, 30, 10] if variant else [90, 2, 8], count)
    city = pick(scribe.words.communes, town_hand * reference.communes.len() + place)
    postcode = pick(reference.postcodes, place)
    if variant:
        short = happens(rng, 0.5, count) & ~missing  # a spreadsheet ate the zero of 01000
        postcode = put(postcode, short, postcode.str.strip_chars_start("0"))
    return (
        blank_out(line, missing),
        blank_out(pick(scribe.words.units, homes.unit[home, which]), missing),
        blank_out(postcode, missing & happens(rng, 0.5, count)),
        blank_out(city, missing & happens(rng, 0.5, count)),
    )


def emails(rng: np.random.Generator, scribe: Scribe, codes: Ints) -> pl.Series:
    """Addresses as typed: a slip, capitals, stray spaces, or one invented to fill the field."""
    rates, count = scribe.spec.records, len(codes)
    email = mistype(rng, pick(scribe.society.contacts.emails, codes), rates.typo_share / 2)
    email = put(email, happens(rng, 0.05, count), email.str.to_uppercase())
    email = put(email, happens(rng, 0.01, count), join_columns(" ", email, " "))
    nothing = pick(pl.Series(_PLACEHOLDER_EMAILS), choose(rng, [5, 3, 2, 1], count))
    return put(email, happens(rng, rates.placeholder_email_share, count), nothing)


def birth_dates(
    rng: np.random.Generator, scribe: Scribe, person: Ints, pattern: str, *, missing: float
) -> pl.Series:
    """Birth dates as typed: some missing, some with day and month crossed, some invented."""
    rates, count = scribe.spec.records, len(person)
    born_on = scribe.society.people.born_on[person]
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


def store_phones(catalogue: Catalogue) -> pl.Series:
    """The shops' own numbers, from the block that ARCEP keeps for fiction."""
    return pl.Series([f"01 99 00 {n // 100 % 100:02d} {n % 100:02d}"
                      for n in range(catalogue.stores.len())])  # fmt: skip


def e164(numbers: Ints) -> pl.Series:
    """Numbers with the country code, as the shop's checkout stores them; -1 is missing."""
    code = np.full(len(numbers), 33)
    for block, country in ((692, 262), (639, 262), (690, 590), (696, 596), (694, 594)):
        code[numbers // 1_000_000 == block] = country
    national = from_letters(number_letters(np.maximum(numbers, 0), 9))
    return blank_out(join_columns("+", pl.Series(code).cast(pl.String), national), numbers < 0)


def euros(cents: Ints) -> pl.Series:
    """Amounts in euros, with two decimals."""
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
