"""What happens to a value between a person and a file: slips, misreadings, gaps, short forms.

Independent of the engine: the errors know nothing of what it forgives. Rates are guesses.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from unicodedata import combining, normalize

Dirt = Callable[[random.Random, str], str]

_MISREAD = {
    "o": "0",
    "l": "1",
    "s": "5",
    "b": "8",
    "m": "rn",
    "e": "c",
    "i": "l",
    "u": "v",
    "g": "q",
}
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")


def slip(chance: random.Random, text: str) -> str:
    """One slip of the keys: a letter too much, too few, wrong, or two in the other order."""
    if not text:
        return text
    at = chance.randrange(len(text))
    kind = chance.choice(("drop", "double", "near", "swap"))
    if kind == "drop" and len(text) > 1:
        return text[:at] + text[at + 1 :]
    if kind == "double":
        return text[: at + 1] + text[at:]
    if kind == "swap" and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + _near(chance, text[at]) + text[at + 1 :]


def misread(chance: random.Random, text: str) -> str:
    """One letter as a scanner misreads it."""
    places = [at for at, letter in enumerate(text) if letter.lower() in _MISREAD]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + _MISREAD[text[at].lower()] + text[at + 1 :]


def plain(_chance: random.Random, text: str) -> str:
    """Without accents."""
    return "".join(letter for letter in normalize("NFKD", text) if not combining(letter))


def upper(_chance: random.Random, text: str) -> str:
    """In capitals."""
    return text.upper()


def without_a_word(chance: random.Random, text: str) -> str:
    """One word of several left out."""
    words = text.split()
    if len(words) > 1:
        words.pop(chance.randrange(len(words)))
    return " ".join(words)


def initial(_chance: random.Random, text: str) -> str:
    """Its first letter, with a point."""
    return f"{text[:1]}."


def gone(_chance: random.Random, _text: str) -> str:
    """Nothing."""
    return ""


def one_of(*names: tuple[str, ...]) -> Dirt:
    """Another word of the same group, such as a short form."""

    def change(chance: random.Random, text: str) -> str:
        for group in names:
            for word in group:
                if word.lower() in text.lower().split():
                    return " ".join(
                        chance.choice(group) if part.lower() == word.lower() else part
                        for part in text.split()
                    )
        return text

    return change


def digit(chance: random.Random, text: str) -> str:
    """One digit wrong."""
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + str(chance.randrange(10)) + text[at + 1 :]


def born_wrong(chance: random.Random, day: date) -> date:
    """A birth date with day and month exchanged, or one of its parts wrong."""
    kind = chance.choice(("swap", "year", "day", "month"))
    if kind == "swap" and day.day <= 12:
        return day.replace(month=day.day, day=day.month)
    if kind == "year":
        return day.replace(year=day.year + chance.choice((-10, -1, 1, 10)), day=min(day.day, 28))
    if kind == "month":
        return day.replace(month=chance.randint(1, 12), day=min(day.day, 28))
    return day.replace(day=chance.randint(1, 28))


def dirty(chance: random.Random, text: str, *ways: tuple[float, Dirt]) -> str:
    """A text to which each way happened, or not."""
    for share, way in ways:
        if chance.random() < share:
            text = way(chance, text)
    return text


def _near(chance: random.Random, letter: str) -> str:
    for row in _KEYS:
        at = row.find(letter.lower())
        if at >= 0:
            return row[max(0, min(len(row) - 1, at + chance.choice((-1, 1))))]
    return chance.choice("aeiounrst")
