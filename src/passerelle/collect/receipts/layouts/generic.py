"""A table somebody made by hand or by a till: its headers are read, in French or in English.

Headers are compared without accents, capitals and punctuation. A separate column of hours is
added to the date; without an amount, price times quantity is one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

import polars as pl

from passerelle.collect.files import ROW_NUMBER
from passerelle.collect.receipts.amounts import read_numbers
from passerelle.collect.receipts.receipt_layout import LOOSE_FIELDS, ReceiptLayout

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "receipt_id": (
        "n ticket", "no ticket", "num ticket", "numero ticket", "numero de ticket", "ticket",
        "id ticket", "n de ticket", "n commande", "numero de commande", "commande", "n facture",
        "facture", "receipt", "receipt id", "receipt number", "order", "order id", "order number",
        "transaction id", "invoice", "invoice number", "basket id",
    ),
    "store_id": (
        "magasin", "code magasin", "n magasin", "boutique", "point de vente", "pdv", "store",
        "store id", "shop", "shop id", "location",
    ),
    "occurred_at": (
        "date", "date ticket", "date achat", "date d achat", "date de vente", "date vente",
        "date heure", "date et heure", "horodatage", "date commande", "date de commande",
        "order date", "purchase date", "transaction date", "invoice date", "created at", "datetime",
        "timestamp",
    ),
    "time": ("heure", "heure ticket", "heure achat", "time", "hour"),
    "channel": ("canal", "channel", "origine"),
    "customer_number": (
        "n client", "no client", "numero client", "code client", "id client", "client",
        "customer", "customer id", "customer number",
    ),
    "loyalty_card": (
        "n carte", "no carte", "numero carte", "carte", "carte fidelite", "n carte fidelite",
        "numero de carte", "code carte", "loyalty card", "card", "card number", "loyalty number",
    ),
    "email": ("email", "e mail", "mail", "courriel", "adresse email", "email address"),
    "phone": ("telephone", "tel", "mobile", "portable", "phone", "phone number"),
    "login": ("login", "identifiant"),
    "total": (
        "total", "total ttc", "montant total", "total ticket", "montant ticket", "order total",
        "receipt total",
    ),
    "currency": ("devise", "currency"),
    "line_number": ("ligne", "n ligne", "numero ligne", "line", "line number"),
    "product_id": (
        "code article", "ref article", "reference", "ref", "ean", "gtin", "sku", "code produit",
        "product id", "product code", "item id",
    ),
    "product_label": (
        "article", "libelle", "libelle article", "designation", "produit", "product",
        "product name", "item", "description",
    ),
    "quantity": ("quantite", "qte", "qt", "nb", "quantity", "qty", "units"),
    "amount": (
        "montant ttc", "montant", "montant ligne", "prix total", "prix ttc", "ca ttc", "ca",
        "amount", "line amount", "line total", "sales", "sales value", "net amount",
    ),
    "price": ("prix unitaire", "pu", "pu ttc", "prix", "unit price", "price"),
    "discount": ("remise", "remise ttc", "reduction", "discount"),
}  # fmt: skip
_FIELD_OF = {header: name for name, headers in _HEADERS.items() for header in headers}
_NEEDED = (("receipt_id",), ("occurred_at",), ("amount", "total", "price"))
_SURENESS = 0.8  # below any layout known by its exact columns


def _recognise(columns: Sequence[str]) -> float:
    found = set(_find(columns))
    return _SURENESS if all(found.intersection(choice) for choice in _NEEDED) else 0.0


def _find(columns: Sequence[str]) -> dict[str, str]:
    """The column that says each field, the first of the file if there are several."""
    found: dict[str, str] = {}
    for column in columns:
        field = column if column in LOOSE_FIELDS else _FIELD_OF.get(_plain(column))
        if field is not None:
            found.setdefault(field, column)
    return {**found, **{name: name for name in LOOSE_FIELDS if name in columns}}


def _plain(header: str) -> str:
    folded = unicodedata.normalize("NFKD", header.replace("°", " ").replace("º", " "))
    letters = (c if c.isalnum() else " " for c in folded.lower() if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    columns = [column for column in frame.columns if column != ROW_NUMBER]
    found = _find(columns)
    lines = frame.select(
        ROW_NUMBER, *(pl.col(column).alias(name) for name, column in found.items())
    )
    if "time" in found and "occurred_at" in found:
        lines = lines.with_columns(_with_hour(lines).alias("occurred_at"))
    if "price" in found and "amount" not in found and "total" not in found:
        lines = lines.with_columns(_priced(lines).alias("amount"))
    return lines.drop("time", "price", strict=False)


def _with_hour(lines: pl.DataFrame) -> pl.Series:
    """The date and the hour as one text; the hour alone is enough to spoil neither."""
    if lines["occurred_at"].dtype != pl.String or lines["time"].dtype != pl.String:
        return lines["occurred_at"]
    date = pl.col("occurred_at").str.strip_chars().str.replace(r"[T ]00:00:00(?:\.0+)?$", "")
    hour = pl.col("time").str.extract(r"(\d{1,2}[:h]\d{2}(?::\d{2})?)")
    padded = hour.str.replace(r"^(\d)([:h])", "0$1$2").str.replace("h", ":", literal=True)
    return lines.select(
        pl.when(hour.is_not_null()).then(date + " " + padded).otherwise(date)
    ).to_series()


def _priced(lines: pl.DataFrame) -> pl.Series:
    price = read_numbers(lines["price"])
    quantity = read_numbers(lines["quantity"]) if "quantity" in lines.columns else None
    return price if quantity is None else (price * quantity.fill_null(1.0)).round(2)


PLUGIN = ReceiptLayout(
    label="Table with French or English headers", recognises=_recognise, read=_read
)
