"""What a suppression key is made of: values in the one way that all their spellings share.

What a list holds cannot be normalised anew, as nothing of it can be read back. A normaliser that
has been used is therefore never changed: a better one is added with the next version, and old
entries are looked up with the one that made them.

Version 1. An e-mail stands for its mailbox: no +tag, no dots at Gmail. A person is told by names
together with a birth date, a home or a postcode, whichever of the names comes first and whichever
last name is used; or by a first name together with an e-mail or a phone, as a family shares those,
or with both a birth date and a home, as a last name may be new.
First names count in full, without their second half, in their usual other forms and as initials,
which match nobody's whole name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from typing import NamedTuple, Protocol

from passerelle.consent.suppression.personal_values import PersonalValues
from passerelle.identifiers import (
    first_name_key,
    first_name_variants,
    id_texts,
    last_name_key,
)

KINDS = ("email", "phone", "address", "household", "person")

_GMAIL = ("gmail.com", "googlemail.com")
_PARTS = re.compile(r"[\s\-.]+")


class KeyText(NamedTuple):
    """A normalised text of a kind, and what its sieve is made of."""

    kind: str
    text: str
    sieve_type: str
    sieve_text: str


class Normaliser(Protocol):
    """One version of how values become texts."""

    def contact_texts(self, type_name: str, value: str) -> Iterator[KeyText]:
        """The texts under which one e-mail or phone is kept."""
        ...

    def contact_text(self, type_name: str, value: str) -> KeyText:
        """The text by which one e-mail or phone is looked up."""
        ...

    def home_text(self, address_id: int) -> KeyText:
        """The text of an address: whoever lives there."""
        ...

    def household_text(self, last_name: str, address_id: int) -> KeyText | None:
        """The text of a household: a last name at an address; None if there is no name."""
        ...

    def person_texts(self, values: PersonalValues) -> Iterator[KeyText]:
        """The texts under which a person is kept."""
        ...

    def asked_texts(self, values: PersonalValues) -> Iterator[KeyText]:
        """The texts by which a record is looked up: on the list if any of them is."""
        ...


class FirstNormaliser:
    """Version 1."""

    def contact_texts(self, type_name: str, value: str) -> Iterator[KeyText]:
        """An e-mail is kept as its mailbox and as its hash, which partners send."""
        yield self.contact_text(type_name, value)
        if type_name == "email" and not _is_hash(value):
            for each in dict.fromkeys((value, mailbox(value))):
                yield KeyText("email", _hashed(each), "email", each)

    def contact_text(self, type_name: str, value: str) -> KeyText:
        """The mailbox, the number, or the hash if that is all there is."""
        text = mailbox(value) if type_name == "email" else value
        return KeyText(type_name, text, type_name, text)

    def home_text(self, address_id: int) -> KeyText:
        """The keyed id of number, street and postcode."""
        return KeyText("address", str(address_id), "address", str(address_id))

    def household_text(self, last_name: str, address_id: int) -> KeyText | None:
        """The key of the last name, and the address."""
        name = last_name_key(last_name)
        if name is None:
            return None
        return KeyText("household", f"{name}|{address_id}", "address", str(address_id))

    def person_texts(self, values: PersonalValues) -> Iterator[KeyText]:
        """All ways in which sources would name the person."""
        firsts = {form for name in values.first_names for form in _first_forms(name)}
        lasts = {form for name in values.last_names for form in _last_forms(name)}
        yield from _by_names(firsts, lasts, values)
        short = {form for name in values.first_names for form in _initials(name)}
        yield from _by_names(short, lasts, values)
        yield from _by_birth_and_home(firsts | short, values)
        for type_name, value in (*values.contacts, *values.family_contacts):
            for text in self.contact_texts(type_name, value):
                for first in sorted(firsts | short):
                    yield text._replace(kind="person", text=_named(first, text))

    def asked_texts(self, values: PersonalValues) -> Iterator[KeyText]:
        """Any of the names may be the first one: cells are swapped at times."""
        firsts = _keys(values.first_names)
        lasts = {key for name in values.last_names if (key := last_name_key(name)) is not None}
        is_little_known = not (values.birth_dates or values.address_ids)
        yield from _by_names(
            firsts, lasts, values if is_little_known else replace(values, postcodes=())
        )
        words = sorted({*firsts, *_keys(values.last_names)})
        yield from _by_birth_and_home(words, values)
        for type_name, value in values.contacts:
            text = self.contact_text(type_name, value)
            for word in words:
                yield text._replace(kind="person", text=_named(word, text))
            if not firsts:
                yield text


NORMALISERS: Mapping[int, Normaliser] = {1: FirstNormaliser()}
"""By version; none is ever taken out or changed."""
VERSION = max(NORMALISERS)


def mailbox(address: str) -> str:
    """The mailbox that an address leads to, as far as can be told from how it is written.

    >>> mailbox("marie.dupont+promo@googlemail.com"), mailbox("m.dupont+promo@orange.fr")
    ('mariedupont@gmail.com', 'm.dupont@orange.fr')
    """
    local, sign, domain = address.partition("@")
    if not sign:
        return address
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def names_text(one: str, other: str, what: str) -> str:
    """Two names in the order of letters, with a birth date or a postcode."""
    return "|".join((*sorted((one, other)), what))


def _by_names(firsts: set[str], lasts: set[str], values: PersonalValues) -> Iterator[KeyText]:
    for first, last in product(sorted(firsts), sorted(lasts)):
        for day in values.birth_dates:
            text = names_text(first, last, day)
            yield KeyText("person", f"birth|{text}", "name", text)
        for address_id in values.address_ids:
            text = names_text(first, last, str(address_id))
            yield KeyText("person", f"home|{text}", "address", str(address_id))
        for postcode in values.postcodes:
            text = names_text(first, last, postcode)
            yield KeyText("person", f"postcode|{text}", "name", text)


def _by_birth_and_home(firsts: Iterable[str], values: PersonalValues) -> Iterator[KeyText]:
    """Whatever the last name: a first name with a birth date at an address."""
    for first, day, address_id in product(sorted(firsts), values.birth_dates, values.address_ids):
        text = f"born|{first}|{day}|{address_id}"
        yield KeyText("person", text, "address", str(address_id))


def _named(word: str, text: KeyText) -> str:
    return f"{text.kind}|{word}|{text.text}"


def _first_forms(name: str) -> set[str]:
    """A first name as sources write it: whole, its first half, and other usual forms of both."""
    keys = {key for each in (name, _parts(name)[0]) if (key := first_name_key(each)) is not None}
    return {*keys, *(form for key in keys for form in _forms_table().get(key, ()))}


def _initials(name: str) -> set[str]:
    """Of Jean-Pierre: J and JP."""
    keys = [key for part in _parts(name) if (key := first_name_key(part)) is not None]
    return {keys[0][0], "".join(key[0] for key in keys)} if keys else set()


def _parts(name: str) -> list[str]:
    return [part for part in _PARTS.split(name) if part] or [name]


def _last_forms(name: str) -> set[str]:
    """A last name as sources write it: whole, or either half of two names."""
    whole = last_name_key(name)
    halves = name.split("-") if "-" in name else []
    return {key for key in (whole, *map(last_name_key, halves)) if key is not None}


def _keys(names: tuple[str, ...]) -> set[str]:
    return {key for name in names if (key := first_name_key(name)) is not None}


@cache
def _forms_table() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for name, variant in first_name_variants().iter_rows():
        for one, other in ((name.upper(), variant.upper()), (variant.upper(), name.upper())):
            table[one] = (*table.get(one, ()), other)
    return table


def _is_hash(value: str) -> bool:
    return value.startswith("sha256:")


def _hashed(address: str) -> str:
    return f"sha256:{id_texts('email', [address])[0]}"
