"""Settles what happens when two columns claim one field, or when a name means two things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from passerelle.collect.fields import RecordKind
from passerelle.collect.mapping.content import Content
from passerelle.collect.mapping.headers import words_of
from passerelle.collect.mapping.plan import ColumnMapping
from passerelle.kernel.language import _

_MOSTLY = 0.5
_KEY_FIELDS = ("customer_number", "login", "loyalty_card")

Guesses = list[ColumnMapping]


def settle(
    guesses: Sequence[ColumnMapping],
    contents: dict[str, Content],
    sample: pl.DataFrame,
    kind: RecordKind,
) -> Guesses:
    """The guesses without contradictions."""
    settled = list(guesses)
    if kind == "receipts":
        return _strongest_first(settled)
    settled = _names(settled, contents)
    settled = _phones(settled, contents)
    settled = _second_email(settled)
    return _record_key(_strongest_first(settled), sample)


def _names(guesses: Guesses, contents: dict[str, Content]) -> Guesses:
    """`Nom` alone holds whole names; `Name` beside a first name is the last name."""
    fields = {guess.field for guess in guesses}
    split = "first_name" in fields

    def settle_one(guess: ColumnMapping) -> ColumnMapping:
        several = contents[guess.column].share("two_words") > _MOSTLY
        if guess.confidence == 1:
            return guess
        if guess.field == "last_name" and not split and several:
            why = _("There is no first name, and its cells hold several words.")
            return replace(guess, field="full_name", confidence=0.8, why=why)
        if guess.field == "full_name" and split and "last_name" not in fields:
            why = _("There is a first name beside it.")
            return replace(guess, field="last_name", confidence=0.8, why=why)
        return guess

    return [settle_one(guess) for guess in guesses]


def _phones(guesses: Guesses, contents: dict[str, Content]) -> Guesses:
    """A phone that does not say which is mobile if most of its numbers are."""
    mobile_said = any(guess.field == "phone_mobile" for guess in guesses)

    def settle_one(guess: ColumnMapping) -> ColumnMapping:
        if guess.field != "phone_home" or guess.confidence == 1 or "home" in words_of(guess.column):
            return guess
        if mobile_said or contents[guess.column].share("mobile") <= _MOSTLY:
            return guess
        why = _("Its numbers are mostly mobile (06, 07).")
        return replace(guess, field="phone_mobile", why=why)

    return [settle_one(guess) for guess in guesses]


def _second_email(guesses: Guesses) -> Guesses:
    """Two columns of e-mails: the surer is the first, the other the second."""
    claims = [i for i, guess in enumerate(guesses) if guess.field == "email"]
    if len(claims) < 2 or any(guess.field == "email_2" for guess in guesses):
        return guesses
    second = sorted(claims, key=lambda i: -guesses[i].confidence)[1]
    why = _("There are two columns of e-mails; the other is the surer.")
    return [
        replace(guess, field="email_2", why=why) if i == second else guess
        for i, guess in enumerate(guesses)
    ]


def _strongest_first(guesses: Guesses) -> Guesses:
    """Where several columns feed one field, the surest is asked first.

    Columns keep their order otherwise: people check a mapping beside their file.
    """
    ranked: dict[str, list[ColumnMapping]] = {}
    for guess in guesses:
        if guess.field is not None:
            ranked.setdefault(guess.field, []).append(guess)
    for rivals in ranked.values():
        rivals.sort(key=lambda guess: -guess.confidence)
    return [guess if guess.field is None else ranked[guess.field].pop(0) for guess in guesses]


def _record_key(guesses: Guesses, sample: pl.DataFrame) -> Guesses:
    """Without a key of its own, a row is known by its customer number, login or card.

    Only if no two rows of the sample share it, and no row lacks it.
    """
    if any(guess.field == "record_key" for guess in guesses):
        return guesses
    for field in _KEY_FIELDS:
        for position, guess in enumerate(guesses, 1):
            if guess.field == field and _is_key(sample[guess.column]):
                why = _("It tells every row from every other.")
                key = ColumnMapping(guess.column, "record_key", 0.7, why)
                return [*guesses[:position], key, *guesses[position:]]
    return guesses


def _is_key(column: pl.Series) -> bool:
    return len(column) > 0 and column.null_count() == 0 and column.is_unique().all()
