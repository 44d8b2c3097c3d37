"""Standardizes the addresses of a table: which columns hold them, what is written beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import polars as pl

from passerelle.postal.address import AddressFields, PostalAddress, Style
from passerelle.postal.reference import Gazetteer
from passerelle.postal.standardizing import standardize_address
from passerelle.postal.text_repair import fold

OUTPUT_COLUMNS = (
    *(f"line_{number}" for number in range(1, 7)),
    "house_number",
    "street",
    "complement",
    "locality",
    "postcode",
    "city",
    "insee_code",
    "country",
    "level",
    "score",
    "reason",
)
"""Columns written beside a file's own, in order."""

_HEADINGS = {
    "postcode": {
        "CODEPOSTAL",
        "CP",
        "POSTCODE",
        "POSTALCODE",
        "ZIP",
        "ZIPCODE",
        "CODPOSTAL",
        "CDPOSTAL",
    },
    "city": {"VILLE", "CITY", "COMMUNE", "TOWN", "LOCALITE", "NOMCOMMUNE", "LIBELLECOMMUNE"},
    "country": {"PAYS", "COUNTRY", "COUNTRYCODE", "CODEPAYS"},
    "house_number": {"NUMERO", "NUMEROVOIE", "HOUSENUMBER", "NUMVOIE", "NOVOIE"},
    "street": {
        "ADRESSE",
        "ADRESSE1",
        "ADDRESS",
        "ADDRESS1",
        "RUE",
        "STREET",
        "VOIE",
        "LIGNE4",
        "LINE4",
        "NUMEROLIBELLEVOIE",
        "LIBELLEVOIE",
        "STREETADDRESS",
        "ADDRESSLINE1",
        "ADRESSELIGNE1",
    },
    "complement": {
        "COMPLEMENT",
        "COMPLEMENTADRESSE",
        "ADRESSE2",
        "ADDRESS2",
        "ADDRESSLINE2",
        "LIGNE2",
        "LINE2",
        "COMPLEMENTDADRESSE",
        "ADRESSELIGNE2",
    },
    "locality": {"LIEUDIT", "LOCALITY", "LIGNE5", "LINE5", "DISTRIBUTIONSPECIALE"},
}
_LINE_6 = {"LIGNE6", "LINE6", "CODEPOSTALVILLE"}
_LINE_3 = {"LIGNE3", "LINE3", "ADRESSE3", "ADDRESS3", "ADDRESSLINE3"}


@dataclass(frozen=True, slots=True)
class AddressColumns:
    """Which columns hold an address: named pieces, and lines that hold anything, in order."""

    lines: tuple[str, ...] = ()
    house_number: str = ""
    street: str = ""
    complement: str = ""
    locality: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in the order of an envelope."""
        pieces = [getattr(self, each.name) for each in fields(self) if each.name != "lines"]
        return (*self.lines, *filter(None, pieces))


def guess_columns(columns: Sequence[str]) -> AddressColumns:
    """The columns of an address, by their headings; none where no heading says so.

    >>> guess_columns(["Nom", "Adresse", "CP", "Ville"])
    AddressColumns(lines=(), house_number='', street='Adresse', complement='', locality='',
        postcode='CP', city='Ville', country='')
    """
    found: dict[str, str] = {}
    lines: list[str] = []
    for name in columns:
        key = "".join(filter(str.isalnum, fold(name)))
        role = next((role for role, headings in _HEADINGS.items() if key in headings), "")
        if role and role not in found:
            found[role] = name
        elif role == "street" or key in _LINE_6 | _LINE_3:
            lines.append(name)
    return AddressColumns(lines=tuple(lines), **found)


def standardize_table(
    frame: pl.DataFrame, columns: AddressColumns, *, gazetteer: Gazetteer, style: Style = "postal"
) -> pl.DataFrame:
    """One row an address, in the order of the table's: `OUTPUT_COLUMNS` alone."""
    if len(columns.names) == 1 and columns.lines:
        texts = frame[columns.lines[0]].fill_null("").to_list()
        found = [standardize_address(text, gazetteer=gazetteer, style=style) for text in texts]
    else:
        found = [
            standardize_address(each, gazetteer=gazetteer, style=style)
            for each in _pieces(frame, columns)
        ]
    return _as_frame(found)


def _pieces(frame: pl.DataFrame, columns: AddressColumns) -> list[AddressFields]:
    names = list(dict.fromkeys(columns.names))
    lists = {name: frame[name].fill_null("").to_list() for name in names}
    roles = {
        each.name: lists[getattr(columns, each.name)]
        for each in fields(columns)
        if each.name != "lines" and getattr(columns, each.name)
    }
    lines = [lists[name] for name in columns.lines]
    return [
        AddressFields(
            lines=tuple(line[row] for line in lines),
            **{role: values[row] for role, values in roles.items()},
        )
        for row in range(frame.height)
    ]


def _as_frame(found: Sequence[PostalAddress]) -> pl.DataFrame:
    columns: dict[str, list[str] | list[float]] = {
        f"line_{number + 1}": [each.lines[number] for each in found] for number in range(6)
    }
    for name in ("house_number", "street", "complement", "locality", "postcode", "city"):
        columns[name] = [getattr(each, name) for each in found]
    columns["insee_code"] = [each.insee_code for each in found]
    columns["country"] = [each.country for each in found]
    columns["level"] = [each.level.value for each in found]
    columns["score"] = [each.score for each in found]
    columns["reason"] = [each.reason for each in found]
    schema = {name: pl.Float64() if name == "score" else pl.String() for name in OUTPUT_COLUMNS}
    return pl.DataFrame(columns, schema=schema)
