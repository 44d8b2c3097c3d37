"""Where people put an e-mail, a card or an amount in the free part of an event.

Traits and properties are free-form; these are the names that Segment's and RudderStack's
specifications recommend, with the spellings seen in the field in English and French.
Source: segment-docs, spec/identify.md (reserved traits) and spec/ecommerce/v2.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import polars as pl

_NAMES: dict[str, tuple[str, ...]] = {
    "email": ("email", "e_mail", "email_address", "mail", "courriel", "adresse_email"),
    "email_sha256": (
        "email_sha256", "sha256_email", "sha256_email_address", "email_hash", "hashed_email", "em",
    ),
    "recipient": ("recipient", "recipient_email", "to"),
    "phone": ("phone", "phone_number", "mobile", "mobile_phone", "telephone", "tel"),
    "first_name": ("first_name", "given_name", "prenom"),
    "last_name": ("last_name", "family_name", "surname", "nom"),
    "loyalty_card": (
        "loyalty_card", "loyalty_card_number", "loyalty_number", "loyalty_id", "member_number",
        "membership_number", "carte_fidelite", "numero_carte_fidelite",
    ),
    "customer_number": (
        "customer_number", "customer_id", "customer_code", "crm_id", "numero_client",
    ),
    "mobile_id": ("advertising_id", "idfa", "gaid"),
    "order_id": ("order_id", "order_number", "transaction_id", "numero_commande"),
    "total": ("total", "order_total", "revenue", "value", "montant"),
    "currency": ("currency", "currency_code", "devise"),
}  # fmt: skip
_NOT_VALUES = ("", "true", "false")  # a blank or a yes is no e-mail, name or amount


def read_known_fields(sources: Sequence[pl.Series]) -> dict[str, pl.Series]:
    """The fields recognised in columns of JSON objects: the first column that has one wins.

    Only what is found has a column. A text that is not an object has no fields.

    >>> traits = pl.Series(['{"firstName": "Ana", "age": 3}', None])
    >>> properties = pl.Series(['{"first_name": "Eve"}', '{"total": 19.9}'])
    >>> known = read_known_fields([traits, properties])
    >>> {name: column.to_list() for name, column in sorted(known.items())}
    {'first_name': ['Ana', None], 'total': [None, '19.9']}
    """
    known: dict[str, pl.Series] = {}
    for texts in sources:
        for name, column in _read_source(texts).items():
            known[name] = known[name].fill_null(column) if name in known else column
    return known


def pick_known_fields(sources: Sequence[object]) -> dict[str, str]:
    """The fields recognised in some decoded JSON values: the first that has one wins.

    >>> pick_known_fields([{"age": 3}, {"order_total": 5, "value": 7}, {"total": 1}])
    {'total': '5'}
    """
    picked: dict[str, str] = {}
    for source in sources:
        best: dict[str, tuple[int, str]] = {}
        for key, value in source.items() if isinstance(source, dict) else ():
            said = scalar_text(value)
            if key not in _KNOWN or said is None:
                continue
            field, rank = _KNOWN[key]
            best[field] = min(best.get(field, (rank, said)), (rank, said))
        picked = {field: said for field, (_, said) in best.items()} | picked
    return picked


def scalar_text(value: object) -> str | None:
    """A JSON string or number as text; None for anything else, and for a blank.

    >>> scalar_text(42.0), scalar_text("  "), scalar_text(True)
    ('42', None, None)
    """
    if isinstance(value, str):
        text = value.strip()
        return None if text in _NOT_VALUES else text
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _read_source(texts: pl.Series) -> dict[str, pl.Series]:
    if texts.null_count() == len(texts):
        return {}
    rows = texts.str.contains_any(_QUOTED).fill_null(False).arg_true()
    if not len(rows):
        return {}
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    found = _read_objects(texts.gather(rows))
    return {name: nothing.clone().scatter(rows, found[name]) for name in found.columns}


def _read_objects(texts: pl.Series) -> pl.DataFrame:
    """The fields of JSON texts: all at once if they have the usual shape, else one by one."""
    quoted = texts.str.extract_many(_QUOTED).explode().drop_nulls().unique()
    names = sorted((name.strip('"') for name in quoted), key=lambda name: _KNOWN[name][1])
    try:
        objects = texts.str.json_decode(pl.Struct(dict.fromkeys(names, pl.String)))
    except pl.exceptions.ComputeError:
        return pl.DataFrame(list(map(_pick_fields, texts)), schema=_all_fields(names))
    values = objects.struct.unnest().with_columns(_tidy(pl.all()))
    return values.select(
        pl.coalesce(name for name in names if _KNOWN[name][0] == field).alias(field)
        for field in _all_fields(names)
    )


def _all_fields(names: Sequence[str]) -> dict[str, pl.DataType]:
    return {_KNOWN[name][0]: pl.String() for name in names}


def _tidy(text: pl.Expr) -> pl.Expr:
    trimmed = text.str.strip_chars()
    return pl.when(~trimmed.is_in(_NOT_VALUES)).then(trimmed).name.keep()


def _pick_fields(text: str) -> dict[str, str]:
    try:
        return pick_known_fields([_decode(text)])
    except msgspec.DecodeError:  # a broken escape, which skipping over the text did not notice
        return {}


def _spellings(name: str) -> set[str]:
    words = name.split("_")
    camel = words[0] + "".join(word.title() for word in words[1:])
    together = "".join(words)
    kebab = "-".join(words)
    spaced = " ".join(word.title() for word in words)
    plain = {name, camel, camel[0].upper() + camel[1:], together, kebab, spaced}
    return plain | {name.upper()}


_KNOWN: dict[str, tuple[str, int]] = {
    spelling: (field, rank)
    for field, names in _NAMES.items()
    for rank, name in enumerate(names)
    for spelling in _spellings(name)
}
_QUOTED = sorted(f'"{name}"' for name in _KNOWN)
_decode = msgspec.json.Decoder().decode
