"""Deaths: the rows of the file of deceased persons that INSEE publishes.

Source: data.gouv.fr, « Fichier des personnes décédées ». A name is written `NOM*PRENOM1 PRENOM2/`,
with the name at birth; parts of a date that nobody knows are 00.
"""

from __future__ import annotations

import polars as pl

from passerelle.collect.notices.notice_kind import HAPPENED_ON, NoticeKind, first_reason
from passerelle.kernel.language import N_

_DATE = r"^(\d{4})-?(\d{2})-?(\d{2})$"
_SEXES = {"1": "M", "2": "F", "M": "M", "F": "F"}


def _read(rows: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("name").str.strip_suffix("/").str.splitn("*", 2)
    return (
        rows.with_columns(
            name.struct[0].str.strip_chars().replace("", None).alias("last_name"),
            name.struct[1].str.strip_chars().replace("", None).alias("first_names"),
            pl.col("sex").replace_strict(_SEXES, default=None, return_dtype=pl.String),
            _known_parts("birth_date"),
            _known_parts(HAPPENED_ON),
        )
        .with_columns(
            first_reason(
                ("no_name", pl.col("last_name").is_null()),
                ("no_sex", pl.col("sex").is_null()),
                ("no_birth_date", pl.col("birth_date").is_null()),
                ("no_date", pl.col(HAPPENED_ON).is_null()),
            )
        )
        .drop("name")
    )


def _known_parts(column: str) -> pl.Expr:
    """A date as far as it is known: 1931-04-12, 1931-04 or 1931; null for what is no date."""
    text = pl.col(column)
    year, month, day = (text.str.extract(_DATE, part) for part in (1, 2, 3))
    whole = pl.concat_str(year, month, day, separator="-")
    is_real = whole.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    month_alone = month.cast(pl.Int32).is_between(1, 12) & (day == "00")
    return (
        pl.when(year.is_null() | (year == "0000"))
        .then(None)
        .when(is_real)
        .then(whole)
        .when(month_alone)
        .then(pl.concat_str(year, month, separator="-"))
        .when(month == "00")
        .then(year)
        .alias(column)
    )


DEATHS = NoticeKind(
    name="deaths",
    label=N_("file of deceased persons (INSEE)"),
    headers={
        "name": ("nomprenom", "nom prenom", "name"),
        "sex": ("sexe", "sex"),
        "birth_date": ("datenaiss", "date naissance", "date de naissance"),
        "birth_code": ("lieunaiss", "code lieu naissance", "code lieu de naissance"),
        "birth_place": ("commnaiss", "commune naissance", "commune de naissance"),
        "birth_country": ("paysnaiss", "pays naissance", "pays de naissance"),
        HAPPENED_ON: ("datedeces", "date deces", "date de deces"),
        "death_code": ("lieudeces", "code lieu deces", "code lieu de deces"),
        "act_number": ("actedeces", "numero acte deces", "numero d acte de deces"),
    },
    needed=(("name",), ("sex",), ("birth_date",), (HAPPENED_ON,)),
    read=_read,
)
