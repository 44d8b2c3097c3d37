"""Returned mail: letters that came back (NPAI, PND), with the reason that the postman ticked.

Source of the four reasons: La Poste's label of letters that could not be delivered.
"""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from passerelle.collect.mapping import parse_dates
from passerelle.collect.notices.notice_kind import HAPPENED_ON, NoticeKind, first_reason
from passerelle.kernel.language import N_

RETURN_REASONS = {
    "unknown": N_("unknown at the address"),
    "access": N_("access or addressing fault"),
    "refused": N_("refused by the addressee"),
    "unclaimed": N_("left word and not claimed"),
}
"""Why letters come back, by code."""

# Words that tell a reason, the first that is found: « refusé par le destinataire » before
# « destinataire inconnu ».
_TELLING = (
    ("refused", r"\brefus"),
    ("unclaimed", r"reclame|unclaimed|\bavise"),
    ("access", r"acces|adressage|addressing"),
    ("unknown", r"inconnu|unknown|npai|habite pas"),
)


def _read(rows: pl.DataFrame) -> pl.DataFrame:
    named = pl.all_horizontal(pl.col("last_name", "address_1", "postcode").is_not_null())
    nobody = pl.col("customer_number").is_null() & ~named
    return rows.with_columns(
        _reasons(rows["reason"]),
        pl.lit(parse_dates(rows[HAPPENED_ON])[0]).str.slice(0, 10).alias(HAPPENED_ON),
    ).with_columns(
        first_reason(
            ("unknown_letter", nobody & pl.col("letter_id").is_not_null()),
            ("nobody_named", nobody),
            ("unknown_reason", pl.col("reason").is_null()),
            ("no_date", pl.col(HAPPENED_ON).is_null()),
        )
    )


def _reasons(said: pl.Series) -> pl.Series:
    known = {text: _reason(text) for text in said.unique().drop_nulls()}
    return said.replace_strict(known, default=None, return_dtype=pl.String).alias("reason")


def _reason(text: str) -> str | None:
    spread = unicodedata.normalize("NFKD", text.replace("’", " ").replace("'", " "))
    plain = "".join(c for c in spread if not unicodedata.combining(c)).lower()
    return next((code for code, words in _TELLING if re.search(words, plain)), None)


RETURNED_MAIL = NoticeKind(
    name="returned-mail",
    label=N_("returned mail"),
    headers={
        "customer_number": ("customer number", "numero client", "n client", "code client",
                            "numero de client", "client"),
        "letter_id": ("letter id", "code barres", "code barre", "barcode", "numero de pli", "pli"),
        "last_name": ("last name", "nom", "nom de famille"),
        "first_name": ("first name", "prenom"),
        "address_1": ("address 1", "address", "adresse", "adresse 1", "voie"),
        "address_2": ("address 2", "complement", "adresse 2"),
        "postcode": ("postcode", "code postal", "cp"),
        "city": ("city", "ville", "commune"),
        "reason": ("reason", "motif", "motif de retour", "code motif", "motif pnd"),
        HAPPENED_ON: ("date", "returned on", "date de retour", "date retour"),
    },
    needed=(("customer_number", "letter_id", "last_name"), ("reason",), (HAPPENED_ON,)),
    read=_read,
)  # fmt: skip
