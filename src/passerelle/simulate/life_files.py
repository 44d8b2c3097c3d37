"""Files of life changes as a retailer buys or receives them: movers, deaths, returned mail.

Written on demand, beside the truth of whom each row is about; a row about nobody of the simulated
world has no person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from passerelle.simulate.population import NEVER
from passerelle.simulate.randomness import Ints, choose, happens, random_stream
from passerelle.simulate.record_cells import Scribe
from passerelle.simulate.spelling import mistype
from passerelle.simulate.text_columns import date_words, join_columns, pick, put
from passerelle.simulate.words import each, fold

_FORWARDED_SHARE = 0.4  # movers who have their mail forwarded and agree to be named; chosen
_MOVER_DAYS = 730  # a file of movers goes back two years; chosen
_FAMILY_SHARE = 0.7
_LICENCE_DAYS = 365
_KNOWN_DEATHS = 0.97  # deaths that the registry has by the day of the file; chosen
_STRANGERS = 0.5  # rows about people outside the simulated world, a customer; chosen
_NAMESAKES = 0.05  # of these, how many bear first and last name of somebody in it; chosen
_SLIP, _SECOND_NAME, _UNCERTAIN = 0.02, 0.03, 0.02
_RETURNED = 0.3  # letters to a former address that come back; chosen
_RETURNED_ANYWAY = 0.005
_REASONS = (
    "Destinataire inconnu à l'adresse",
    "Défaut d'accès ou d'adressage",
    "Pli avisé et non réclamé",
    "Pli refusé par le destinataire",
)
_DEATH_WIDTHS = {"name": 80, "sex": 1, "born": 8, "born_at": 5, "town": 30, "country": 30,
                 "died": 8, "died_at": 5, "act": 9}  # fmt: skip


@dataclass(frozen=True)
class LifeFiles:
    """The three files, and the truth: file, row (from 0) and person_id of each row.

    deaths: one column `line`, without line ends.
    """

    movers: pl.DataFrame
    deaths: pl.DataFrame
    returned_mail: pl.DataFrame
    truth: pl.DataFrame


def make_life_files(scribe: Scribe, *, today: int) -> LifeFiles:
    """Draw the rows of the three files."""
    movers, who_moved = _movers(scribe, today)
    deaths, who_died = _deaths(scribe, today)
    mail, whose_mail = _returned_mail(scribe, today)
    told = {"movers": who_moved, "deaths": who_died, "returned_mail": whose_mail}
    truth = pl.concat([rows_about(name, persons) for name, persons in told.items()])
    return LifeFiles(movers, deaths, mail, truth)


def rows_about(file: str, persons: Ints) -> pl.DataFrame:
    """The truth of a file's rows: file, row (from 0), person_id; -1 is nobody of this world."""
    return pl.DataFrame(
        {
            "file": pl.Series([file], dtype=pl.String).new_from_index(0, len(persons)),
            "row": np.arange(len(persons)),
            "person_id": pl.Series(persons).replace(-1, None),
        }
    )


def _movers(scribe: Scribe, today: int) -> tuple[pl.DataFrame, Ints]:
    """Rows by person; of a family only its first person's, said to be of the whole family."""
    rng = random_stream(scribe.spec.seed, "movers file")
    people, homes = scribe.society.people, scribe.society.households
    moved_on = homes.moved_on[people.household]
    is_recent = (moved_on < today) & (moved_on >= today - _MOVER_DAYS)
    tells = happens(rng, _FORWARDED_SHARE, len(homes.moved_on))[people.household]
    as_family = happens(rng, _FAMILY_SHARE, len(homes.moved_on))[people.household]
    chosen = is_recent & tells & people.is_adult & (~as_family | (people.rank == 0))
    person = np.flatnonzero(chosen)
    family = as_family[person]
    now, before = (address_cells(scribe, people.household[person], which) for which in (0, 1))
    scope = pick(pl.Series(["individuel", "famille"]), family.astype(np.int64))
    days = moved_on[person]
    frame = pl.DataFrame(
        {
            "Nom": surname_cells(scribe, person),
            "Prénom": pick(scribe.reference.first_names, people.first_name[person]),
            "Type": scope,
            "Ancienne adresse": before[0],
            "Ancien code postal": before[1],
            "Ancienne ville": before[2],
            "Nouvelle adresse": now[0],
            "Nouveau code postal": now[1],
            "Nouvelle ville": now[2],
            "Date": date_words(days, "%d/%m/%Y"),
            "Fin de licence": date_words(np.full(len(person), today + _LICENCE_DAYS), "%d/%m/%Y"),
        }
    )
    return frame, person


def address_cells(scribe: Scribe, home: Ints, which: int) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Street with number, postcode and town of the present (0) or the former (1) address."""
    homes, reference = scribe.society.households, scribe.reference
    number = homes.number[home, which]
    suffix = pick(pl.Series([" bis"]), np.where(number % 23 == 0, 0, -1))
    street = pick(reference.streets, homes.street[home, which])
    line = join_columns(pl.Series(number).cast(pl.String), suffix, " ", street)
    place = homes.place[home, which]
    return line, pick(reference.postcodes, place), pick(reference.communes, place)


def surname_cells(scribe: Scribe, person: Ints) -> pl.Series:
    """Surnames as they are in use today, double ones with a dash."""
    surnames = each(scribe.reference.surnames, str.title)
    people = scribe.society.people
    joined = pick(surnames, people.joined_name[person])
    dash = joined.to_frame("d").select(pl.concat_str(pl.lit("-"), "d")).to_series()
    return join_columns(pick(surnames, people.surname[person]), dash)


def _deaths(scribe: Scribe, today: int) -> tuple[pl.DataFrame, Ints]:
    rng = random_stream(scribe.spec.seed, "deaths file")
    people, reference = scribe.society.people, scribe.reference
    known = (people.died_on < today) & happens(rng, _KNOWN_DEATHS, len(people))
    person = np.flatnonzero(known)
    strangers = int(scribe.spec.customers * _STRANGERS)
    lent = rng.integers(0, len(people), strangers)  # a namesake borrows both names, no birth date
    is_namesake = happens(rng, _NAMESAKES, strangers)
    last = np.where(is_namesake, people.birth_name[lent],
                    choose(rng, reference.surname_weights, strangers))  # fmt: skip
    first = np.where(is_namesake, people.first_name[lent], people.first_name[lent[::-1]])
    woman = np.where(is_namesake, people.is_woman[lent], people.is_woman[lent[::-1]])
    born = today - rng.integers(45 * 365, 98 * 365, strangers)
    died = today - rng.integers(1, 730, strangers)
    whose = np.concatenate([person, np.full(strangers, -1)])
    order = rng.permutation(len(whose))
    cells = _death_cells(
        rng,
        scribe,
        last=np.concatenate([people.birth_name[person], last])[order],
        first=np.concatenate([people.first_name[person], first])[order],
        woman=np.concatenate([people.is_woman[person], woman])[order].astype(np.int64),
        days=(
            np.concatenate([people.born_on[person], born])[order],
            np.concatenate([people.died_on[person], died])[order],
        ),
    )
    line = pl.concat_str(
        pl.col(name).fill_null("").str.slice(0, width).str.pad_end(width)
        for name, width in _DEATH_WIDTHS.items()
    )
    return cells.select(line.alias("line")), whose[order]


def _death_cells(
    rng: np.random.Generator,
    scribe: Scribe,
    *,
    last: Ints,
    first: Ints,
    woman: Ints,
    days: tuple[Ints, Ints],
) -> pl.DataFrame:
    """Names in capitals, slips of the registry among them; an unknown day of birth is 00."""
    reference, count = scribe.reference, len(last)
    surnames = mistype(rng, pick(_capitals(reference.surnames), last), _SLIP)
    names = _capitals(reference.first_names)
    other = pick(names, first[rng.permutation(count)])
    own = pick(names, first)
    swapped = happens(rng, _SECOND_NAME, count)
    given = put(join_columns(own, " ", other), swapped, join_columns(other, " ", own))
    born = date_words(days[0], "%Y%m%d")
    uncertain = happens(rng, _UNCERTAIN, count)
    return pl.DataFrame(
        {
            "name": join_columns(surnames, "*", given, "/"),
            "sex": pick(pl.Series(["1", "2"]), woman),
            "born": put(born, uncertain, join_columns(born.str.slice(0, 6), "00")),
            "born_at": pl.repeat("99999", count, dtype=pl.String, eager=True),
            "town": pl.repeat("", count, dtype=pl.String, eager=True),
            "country": pl.repeat("", count, dtype=pl.String, eager=True),
            "died": date_words(days[1], "%Y%m%d"),
            "died_at": pl.repeat("99999", count, dtype=pl.String, eager=True),
            "act": pl.Series(np.arange(1, count + 1)).cast(pl.String),
        }
    )


def _capitals(words: pl.Series) -> pl.Series:
    return each(words, lambda word: fold(word).upper())


def _returned_mail(scribe: Scribe, today: int) -> tuple[pl.DataFrame, Ints]:
    """Letters to the addresses of the CRM that came back, by customer number."""
    rng = random_stream(scribe.spec.seed, "returned mail file")
    crm, people = scribe.trade.files.crm, scribe.society.people
    count = len(crm)
    is_left = (crm.address == 1) | (people.died_on[crm.person] < NEVER)
    comes_back = np.where(
        is_left, happens(rng, _RETURNED, count), happens(rng, _RETURNED_ANYWAY, count)
    )
    row = np.flatnonzero(comes_back)
    reason = choose(rng, [70, 12, 12, 6], len(row))
    frame = pl.DataFrame(
        {
            "N° client": crm.keys.gather(row.astype(np.uint32)),
            "Motif": pick(pl.Series(_REASONS), reason),
            "Date de retour": date_words(today - rng.integers(1, 120, len(row)), "%d/%m/%Y"),
        }
    )
    return frame, crm.person[row]
