"""A file of the children's club, as a retailer keeps one: a child, its address, a parent's e-mail.

Written on demand, beside the truth of which child each row is.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from passerelle.simulate.life_files import address_cells, surname_cells
from passerelle.simulate.randomness import Ints, happens, random_stream
from passerelle.simulate.record_cells import Scribe
from passerelle.simulate.text_columns import (
    date_words,
    from_letters,
    join_columns,
    number_letters,
    pick,
)

_ENROLLED = 0.25  # children of a household with a customer; chosen
_DAYS = 730
_FIRST_CARD = 70_000_000


def kids_club(scribe: Scribe, *, today: int) -> tuple[pl.DataFrame, Ints]:
    """The rows of the file, and the child that each is about."""
    rng = random_stream(scribe.spec.seed, "kids club")
    people = scribe.society.people
    homes = len(scribe.society.households.moved_on)
    known = np.bincount(people.household, weights=people.is_customer, minlength=homes) > 0
    is_enrolled = happens(rng, _ENROLLED, len(people))
    child = np.flatnonzero(~people.is_adult & known[people.household] & is_enrolled)
    enrolled_on = np.maximum(people.born_on[child], today - rng.integers(1, _DAYS, len(child)))
    street, postcode, city = address_cells(scribe, people.household[child], 0)
    card = from_letters(number_letters(_FIRST_CARD + np.arange(len(child)), 8))
    frame = pl.DataFrame(
        {
            "N° client": join_columns("K", card),
            "Prénom": pick(scribe.reference.first_names, people.first_name[child]),
            "Nom": surname_cells(scribe, child),
            "Date de naissance": date_words(people.born_on[child], "%d/%m/%Y"),
            "Adresse": street,
            "Code postal": postcode,
            "Ville": city,
            "Inscrit le": date_words(enrolled_on, "%d/%m/%Y"),
        }
    )
    return frame, child
