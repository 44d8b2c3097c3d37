"""How probable a change is: prior odds, multiplied by what each piece of evidence is worth.

A factor of 3 makes the change three times as likely against all else, one of 0.3 a third. The
numbers are chosen, not learned: no retailer has labels to learn them from. What they come to
against a simulation's truth is in docs/explanation/life-changes.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from passerelle.kernel.language import N_

REASONS = {
    "prior": N_("before looking at anything else"),
    "order": N_("which of the two came first"),
    "sources_agree": N_("several sources say the new one"),
    "seen_again": N_("the old one was said again after the new one"),
    "same_record": N_("the same record said the one, then the other"),
    "household_moved": N_("somebody else left the same address for the same address"),
    "mail_returned": N_("mail to the old address came back"),
    "same_birth_date": N_("the date of birth is the same"),
    "birth_name_said": N_("a record gives the other name as name at birth"),
    "joined_name": N_("the new name holds the old one"),
    "is_woman": N_("it is a woman"),
    "is_man": N_("it is a man"),
    "never_mixed": N_("it was first seen after the last of the other, and never in turns"),
    "is_phone": N_("it is a telephone's own number"),
    "same_name": N_("the family names are the same"),
    "share_after": N_("the latest receipts are from the new shop"),
    "namesakes": N_("how rare the names are among those born that day in France"),
    "name_written_otherwise": N_("the last name is written otherwise"),
    "second_first_name": N_("the first name is not the first of those registered"),
    "date_written_otherwise": N_("the date of birth differs"),
    "active_after": N_("something happened after the death"),
    "rivals": N_("others match as well"),
    "address_exact": N_("last name and address are the same"),
    "address_alike": N_("the address is written in a like way"),
    "first_name_same": N_("the first name is the same"),
    "first_name_differs": N_("the first name is another"),
    "whole_family": N_("the whole family is said to have moved"),
    "newer_address": N_("a record gives another address since"),
    "customer_number": N_("the customer number is given"),
}
"""What each piece of evidence is, for people."""


def weigh(rows: pl.DataFrame, prior: float, factors: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """The rows with `odds`, `probability`, and `reasons`: each factor, null where it is silent.

    Args:
        rows: One row a possible change.
        prior: Odds before any evidence.
        factors: What each piece of evidence multiplies them by; null where there is none.
    """
    named = [factor.cast(pl.Float64).alias(f"_{name}") for name, factor in factors.items()]
    weighed = rows.with_columns(named)
    odds = pl.lit(prior)
    for name in factors:
        odds *= pl.col(f"_{name}").fill_null(1.0)
    reasons = pl.struct(
        pl.lit(prior).alias("prior"), *(pl.col(f"_{name}").alias(name) for name in factors)
    )
    return weighed.with_columns(odds.alias("odds")).with_columns(
        (pl.col("odds") / (1 + pl.col("odds"))).alias("probability"), reasons.alias("reasons")
    )


def times_order(rows: pl.DataFrame) -> pl.DataFrame:
    """The probability times that of the order, column `order`, which joins the reasons."""
    return rows.with_columns(
        pl.col("probability") * pl.col("order"),
        pl.col("reasons").struct.with_fields(pl.col("order").alias("order")),
    )


def when(condition: pl.Expr, factor: float) -> pl.Expr:
    """The factor where a condition holds, nothing elsewhere."""
    return pl.when(condition.fill_null(value=False)).then(pl.lit(factor))


def as_json(*fields: pl.Expr, name: str) -> pl.Expr:
    """Fields as one JSON object."""
    return pl.struct(fields).struct.json_encode().alias(name)
