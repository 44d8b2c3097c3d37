"""Standardizes the addresses of a table: which columns hold them, what is written beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import polars as pl

from passerelle.postal.address import PostalAddress, Style
from passerelle.postal.by_parts import find_parts
from passerelle.postal.reference import Gazetteer
from passerelle.postal.standardizing import join_pieces, read_whole
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
    rows: list[tuple[str | float, ...]] = []
    may_name_people = len(columns.names) == 1 and bool(columns.lines)
    for text, country in _texts(frame, columns):
        parts = find_parts(text, country, gazetteer) if style == "postal" else None
        if parts is not None:
            rows.append(parts.as_row())
        else:
            made = read_whole(text, country, gazetteer, style, may_name_people=may_name_people)
            rows.append(_row(made))
    schema = {name: pl.Float64() if name == "score" else pl.String() for name in OUTPUT_COLUMNS}
    return pl.DataFrame(
        dict(zip(OUTPUT_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else None,
        schema=schema,
    )


def _texts(frame: pl.DataFrame, columns: AddressColumns) -> Iterator[tuple[str, str]]:
    """The text of each address and the country that its row says."""
    lists = {name: frame[name].fill_null("").to_list() for name in set(columns.names)}
    nothing = [""] * frame.height
    countries = lists.get(columns.country, nothing)
    if len(columns.names) == 1 and columns.lines:
        yield from zip(lists[columns.lines[0]], countries, strict=True)
        return
    numbers, streets, postcodes, cities = (
        lists.get(name, nothing)
        for name in (columns.house_number, columns.street, columns.postcode, columns.city)
    )
    before = [lists[name] for name in (*columns.lines, columns.complement) if name]
    between = [lists[columns.locality]] if columns.locality else []
    four = (f"{one.strip()} {other}" for one, other in zip(numbers, streets, strict=True))
    six = (f"{one.strip()} {other}" for one, other in zip(postcodes, cities, strict=True))
    lines = zip(*before, four, *between, six, strict=True)
    yield from zip(map(join_pieces, lines), countries, strict=True)


def _row(made: PostalAddress) -> tuple[str | float, ...]:
    return (
        *made.lines, made.house_number, made.street, made.complement, made.locality,
        made.postcode, made.city, made.insee_code, made.country,
        made.level.value, made.score, made.reason,
    )  # fmt: skip
