"""What a kind of notice is: the columns of its files, and how their rows are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from passerelle.kernel.language import N_

REASON = "bad_because"
"""Column of rows that were read: why a row cannot be used, a code of `NOTICE_REASONS`, or null."""

HAPPENED_ON = "happened_on"

NOTICE_REASONS = {
    "no_name": N_("The row does not name anybody: fill in the last name and the first name."),
    "no_birth_date": N_("The date of birth is missing or cannot be read: write year, month, day."),
    "no_sex": N_("The sex is neither 1 (man) nor 2 (woman)."),
    "no_date": N_("The date on which it happened is missing or cannot be read."),
    "no_old_address": N_("The old address is missing: it takes a street and a postcode."),
    "no_new_address": N_(
        "The new address is missing: it takes a street or a postcode, and a city."
    ),
    "unknown_letter": N_(
        "Only the number of the letter is known, and letters are not sent from here: add the "
        "customer number from the file that the letters were printed from."
    ),
    "nobody_named": N_(
        "Nobody is named: give a customer number, or a last name with street and postcode."
    ),
    "unknown_reason": N_(
        "The reason of return is none that is known: unknown at the address, access or "
        "addressing fault, refused, unclaimed."
    ),
}
"""Why rows of notices cannot be used, with what to do."""


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    headers: names of columns by canonical field, in lower case without accents. needed: groups of
    fields of which the file must have at least one each. read: from fields as they were said (null
    where nothing was) to fields as they are kept, `happened_on` and `REASON` among them.
    """

    name: str
    label: str
    headers: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]
    read: Callable[[pl.DataFrame], pl.DataFrame]


def first_reason(*checks: tuple[str, pl.Expr]) -> pl.Expr:
    """The code of the first check that a row fails, as column `REASON`."""
    failed = [pl.when(fails).then(pl.lit(code)) for code, fails in checks]
    return pl.coalesce(failed).alias(REASON)
