"""Reads rows as customers: what tells two of them apart, and by which channels each is reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from passerelle.identifiers import first_name_keys, last_name_keys, parse_full_name
from passerelle.measure.quality.checked import (
    PLACEHOLDER,
    Checked,
    first_of,
    is_among,
    kept,
    nothing,
)
from passerelle.measure.quality.mendings import FLAGS, MENDINGS
from passerelle.measure.quality.quality_report import CHANNELS
from passerelle.measure.quality.value_tally import value_hashes
from passerelle.postal import address_keys

KEYS = ("id", "email", "phone", "birth", "address")
"""What makes two rows one customer: the source's own number, or the same whole name (or none in
either) with the same e-mail or phone, or the same whole name with one birth date or address."""

_EMAILS = ("email", "email_2", "email_sha256")
_PHONES = ("phone_mobile", "phone_home")
_LINES = ("address_1", "address_2", "address_3")
_PLACE_BEHIND = r"^.*\b(?P<postcode>(?:0[1-9]|[1-8]\d|9[0-8])\d{3})[ ,]+(?P<city>\p{L}{2}.*)$"
_NAMES = ("last_name", "full_name", "first_name", "company")
_MAILBOXES = ("personal", "role")
_LINES_THAT_RING = ("mobile", "landline", "foreign")


@dataclass(frozen=True)
class RowFacts:
    """What rows say of customers.

    keys: kind and hashes; rows with one hash of a kind are one customer. flags: columns of
    `FLAGS`. contacts: hashes of the e-mail and the phone that a row is reached by. name_hashes: of
    the whole name, null without one.
    """

    keys: tuple[tuple[str, pl.Series], ...]
    name_hashes: pl.Series
    flags: pl.DataFrame
    contacts: pl.DataFrame


@dataclass(frozen=True)
class CheckedRows:
    """The columns of a batch, checked, by the field that each feeds; all as long as the batch.

    cells: the same columns as they are written, trimmed. ids: what tells customers apart.
    """

    height: int
    by_field: Mapping[str, list[Checked]]
    cells: Mapping[str, list[pl.Series]] = field(repr=False)
    ids: pl.Series | None

    def values(self, *fields: str) -> pl.Series:
        """The first usable value of each row in these fields."""
        found = [each.values for each in self.each_of(*fields)]
        return first_of(*found) if found else nothing(self.height)

    def written(self, name: str) -> pl.Series:
        """What each row says in a field, usable or not, but for what stands for nothing."""
        both = zip(self.cells.get(name, []), self.by_field.get(name, []), strict=True)
        found = [kept(cells, ~is_among(each.refusals, PLACEHOLDER)) for cells, each in both]
        return first_of(*found) if found else nothing(self.height)

    @cached_property
    def places(self) -> pl.DataFrame:
        """`postcode` and `city` of each row; those behind the street where they have no cell."""
        postcode, city = self.values("postcode"), self.values("city")
        behind = pl.select(
            text=pl.concat_str(
                *(self.values(name) for name in _LINES), city, separator=" ", ignore_nulls=True
            )
        )["text"].str.extract_groups(_PLACE_BEHIND)
        return pl.DataFrame(
            {
                "postcode": first_of(postcode, behind.struct["postcode"]),
                "city": first_of(city, kept(behind.struct["city"], postcode.is_null())),
            }
        )

    def each_of(self, *fields: str) -> list[Checked]:
        """The columns that feed these fields."""
        return [each for name in fields for each in self.by_field.get(name, [])]

    def proposed(self, code: str) -> pl.Series:
        """What one way of mending proposes for each row."""
        found = [
            each.proposals[code]
            for columns in self.by_field.values()
            for each in columns
            if code in each.proposals
        ]
        return first_of(*found) if found else nothing(self.height)

    def has(self, *fields: str) -> pl.Series:
        """Whether some cell of these fields is filled, usable or not."""
        filled = (
            each.values.is_not_null() | each.refusals.is_not_null()
            for each in self.each_of(*fields)
        )
        return _any([nothing(self.height).is_not_null(), *filled])


def read_rows(rows: CheckedRows) -> RowFacts:
    """What a batch of rows says of customers."""
    email, phone = _usable_email(rows), _usable_phone(rows, *_LINES_THAT_RING)
    whole, either = _names(rows)
    return RowFacts(
        keys=tuple(_keys(rows, whole, either)),
        name_hashes=value_hashes(whole),
        flags=_flags(rows, email, phone),
        contacts=pl.DataFrame({"email": value_hashes(email), "phone": value_hashes(phone)}),
    )


def _keys(
    rows: CheckedRows, whole: pl.Series, either: pl.Series
) -> Iterator[tuple[str, pl.Series]]:
    """What tells customers apart; `whole` and `either` as in `_names`."""
    if rows.ids is not None:
        yield "id", value_hashes(rows.ids)
    for email in rows.each_of(*_EMAILS):
        own = kept(email.values, is_among(_kinds(email), "personal"))
        yield "email", _hashed(own, either)
    for number in rows.each_of(*_PHONES):
        own = kept(number.values, is_among(_kinds(number), *_LINES_THAT_RING))
        yield "phone", _hashed(own, either)
    for birth in rows.each_of("birth_date"):
        own = kept(birth.values, is_among(_kinds(birth), "personal"))
        yield "birth", _hashed(own, whole)
    homes = pl.select(
        home=address_keys(pl.lit(rows.values("address_1")), pl.lit(rows.places["postcode"]))
    )["home"]
    yield "address", _hashed(homes, whole)


def _names(rows: CheckedRows) -> tuple[pl.Series, pl.Series]:
    """The key of each whole name; and the same with an empty text where no name is said at all."""
    split = _full_names(rows.values("full_name"))
    last = first_of(last_name_keys(rows.values("last_name")), split["last"])
    first = first_of(first_name_keys(rows.values("first_name")), split["first"])
    whole = pl.select(key=pl.concat_str(last, first, separator="|"))["key"]
    is_nameless = last.is_null() & first.is_null()
    either = pl.select(key=pl.when(is_nameless).then(pl.lit("")).otherwise(whole))["key"]
    return whole, either


def _full_names(cells: pl.Series) -> pl.DataFrame:
    """Keys of the last and the first names of whole names, each distinct one read once."""
    distinct = cells.unique().drop_nulls()
    parts = [parse_full_name(cell) for cell in distinct]
    people = [part if part is not None and part.kind == "person" else None for part in parts]
    read = pl.DataFrame(
        {
            "cell": distinct,
            "last": last_name_keys(_texts(each.last_name if each else None for each in people)),
            "first": first_name_keys(_texts(each.first_name if each else None for each in people)),
        }
    )
    return pl.DataFrame({"cell": cells}).join(read, on="cell", how="left", maintain_order="left")


def _texts(values: Iterable[str | None]) -> pl.Series:
    return pl.Series(list(values), dtype=pl.String)


def _hashed(value: pl.Series, name: pl.Series) -> pl.Series:
    return value_hashes(pl.select(key=pl.concat_str(value, name, separator="|"))["key"])


def _usable_email(rows: CheckedRows) -> pl.Series:
    """The address by which each row is reached: clear, of a mailbox that is read, not mistyped."""
    found = [
        kept(
            each.values,
            is_among(_kinds(each), *_MAILBOXES)
            & ~each.values.str.starts_with("sha256:").fill_null(True)
            & (each.proposals["email_domain"].is_null()),
        )
        for each in rows.each_of(*_EMAILS)
    ]
    return first_of(*found) if found else nothing(rows.height)


def _usable_phone(rows: CheckedRows, *kinds: str) -> pl.Series:
    found = [kept(each.values, is_among(_kinds(each), *kinds)) for each in rows.each_of(*_PHONES)]
    return first_of(*found) if found else nothing(rows.height)


def _kinds(checked: Checked) -> pl.Series:
    return nothing(checked.values.len()) if checked.kinds is None else checked.kinds


def _flags(rows: CheckedRows, email: pl.Series, phone: pl.Series) -> pl.DataFrame:
    now = {
        "email": email.is_not_null(),
        "sms": _usable_phone(rows, "mobile").is_not_null(),
        "call": phone.is_not_null(),
        "post": _has_home(rows, rows.places["postcode"], rows.places["city"]),
    }
    proposed = {code: rows.proposed(code) for code in MENDINGS}
    opened = _opened(rows, proposed)
    said_phone = rows.has(*_PHONES)
    said = {
        "email": rows.has(*_EMAILS),
        "sms": said_phone,
        "call": said_phone,
        "post": rows.has(*_LINES, "postcode", "city"),
    }
    columns = {f"now {channel}": now[channel] for channel in CHANNELS}
    columns |= {f"opened {code} {channel}": each for (code, channel), each in opened.items()}
    columns |= {f"touched {code}": each.is_not_null() for code, each in proposed.items()}
    columns |= {f"said {channel}": said[channel] for channel in CHANNELS}
    return pl.DataFrame(columns).select(FLAGS.all)


def _opened(
    rows: CheckedRows, proposed: Mapping[str, pl.Series]
) -> dict[tuple[str, str], pl.Series]:
    """By mending and channel, whether it alone makes the row reached."""
    elsewhere = proposed["phone_elsewhere"]
    is_mobile = elsewhere.str.contains(r"^\+33[67]").fill_null(False)
    postcode, city = rows.places["postcode"], rows.places["city"]
    homes = {
        code: _has_home(rows, first_of(postcode, proposed[code]), city)
        for code in ("postcode_zero", "postcode_filled")
    }
    homes["city_filled"] = _has_home(
        rows, first_of(postcode, proposed["postcode_zero"]), first_of(city, proposed["city_filled"])
    )
    return {
        **{
            (code, "email"): proposed[code].is_not_null()
            for code in ("email_domain", "email_writing", "email_elsewhere")
        },
        ("phone_elsewhere", "sms"): is_mobile,
        ("phone_elsewhere", "call"): elsewhere.is_not_null(),
        **{(code, "post"): each & proposed[code].is_not_null() for code, each in homes.items()},
    }


def _has_home(rows: CheckedRows, postcode: pl.Series, city: pl.Series) -> pl.Series:
    """Whether a letter finds each row: a name, a line of address, a postcode and a city."""
    needed = (rows.values(*_NAMES), rows.values(*_LINES), postcode, city)
    return pl.select(whole=pl.all_horizontal(*(pl.lit(each.is_not_null()) for each in needed)))[
        "whole"
    ]


def _any(conditions: Iterable[pl.Series]) -> pl.Series:
    return pl.select(any=pl.any_horizontal(*(pl.lit(each) for each in conditions)))["any"]
