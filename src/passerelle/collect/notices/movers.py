"""Movers: who left which address for which, as sellers of forwarding data deliver it.

Who has mail forwarded for a while, with its last day in `until`, did not move.
"""

from __future__ import annotations

import polars as pl

from passerelle.collect.mapping import parse_dates
from passerelle.collect.notices.notice_kind import HAPPENED_ON, NoticeKind, first_reason
from passerelle.kernel.language import N_

_FAMILY = r"(?i)^\s*(f|fam|famille|family|foyer|household|collectif)"


def _read(rows: pl.DataFrame) -> pl.DataFrame:
    read = rows.with_columns(
        pl.lit(parse_dates(rows[name])[0]).str.slice(0, 10).alias(name)
        for name in (HAPPENED_ON, "until", "expires_on")
    )
    named_alone = pl.col("first_name").is_not_null()
    said_family = pl.col("scope").str.contains(_FAMILY)
    return read.with_columns(
        pl.when(said_family.fill_null(~named_alone))
        .then(pl.lit("family"))
        .otherwise(pl.lit("individual"))
        .alias("scope"),
        first_reason(
            ("no_name", pl.col("last_name").is_null()),
            ("no_date", pl.col(HAPPENED_ON).is_null()),
            ("no_old_address", pl.any_horizontal(pl.col("address_1", "postcode").is_null())),
            (
                "no_new_address",
                pl.all_horizontal(pl.col("to_address_1", "to_postcode").is_null())
                | pl.col("to_city").is_null(),
            ),
        ),
    )


MOVERS = NoticeKind(
    name="movers",
    label=N_("file of movers"),
    headers={
        "last_name": ("nom", "nom de famille", "last name"),
        "first_name": ("prenom", "first name"),
        "scope": ("type", "portee", "type de demenagement", "scope"),
        "address_1": ("ancienne adresse", "adresse ancienne", "ancienne voie", "old address",
                      "old address 1"),
        "address_2": ("ancien complement", "old address 2"),
        "postcode": ("ancien code postal", "ancien cp", "old postcode"),
        "city": ("ancienne ville", "ancienne commune", "old city"),
        "to_address_1": ("nouvelle adresse", "adresse nouvelle", "nouvelle voie", "new address",
                         "new address 1"),
        "to_address_2": ("nouveau complement", "new address 2"),
        "to_postcode": ("nouveau code postal", "nouveau cp", "new postcode"),
        "to_city": ("nouvelle ville", "nouvelle commune", "new city"),
        "to_country": ("nouveau pays", "new country"),
        HAPPENED_ON: ("date", "date de demenagement", "date d effet", "depuis le", "moved on"),
        "until": ("jusqu au", "date de fin", "fin de reexpedition", "retour le", "until"),
        "expires_on": ("fin de licence", "licence jusqu au", "expire le", "expires on"),
    },
    needed=(("last_name",), ("address_1",), ("postcode",), ("to_city",), (HAPPENED_ON,)),
    read=_read,
)  # fmt: skip
