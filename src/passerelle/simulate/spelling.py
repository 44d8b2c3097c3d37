"""How the same thing is written by different hands: phones, and slips of the keyboard."""

from __future__ import annotations

import numpy as np
import polars as pl

from passerelle.simulate.randomness import Bytes, Ints, happens
from passerelle.simulate.text_columns import blank_out, from_letters, number_letters

# Letters a to j stand for the ten digits of 0612345678.
PHONE_SHAPES = (
    "ab cd ef gh ij",
    "abcdefghij",
    "ab.cd.ef.gh.ij",
    "ab-cd-ef-gh-ij",
    "abcd ef gh ij",
    "+33 b cd ef gh ij",
    "+33bcdefghij",
    "0033bcdefghij",
    "+33 (0)b cd ef gh ij",
    "33bcdefghij",
)
_NATIONAL_SHAPES = 5
_OVERSEAS_BLOCKS = (262, 269, 590, 594, 596, 639, 690, 692, 694, 696)
_NEIGHBOURS = {
    "a": "zq", "z": "ae", "e": "zr", "r": "et", "t": "ry", "y": "tu", "u": "yi", "i": "uo",
    "o": "ip", "p": "om", "q": "sa", "s": "qd", "d": "sf", "f": "dg", "g": "fh", "h": "gj",
    "j": "hk", "k": "jl", "l": "km", "m": "lp", "w": "xq", "x": "wc", "c": "xv", "v": "cb",
    "b": "vn", "n": "bh", "0": "9", "1": "2", "2": "13", "3": "24", "4": "35", "5": "46",
    "6": "57", "7": "68", "8": "79", "9": "80",
}  # fmt: skip
"""Neighbours on a French keyboard."""


def spell_phones(rng: np.random.Generator, numbers: Ints, shapes: int) -> pl.Series:
    """National numbers (without their zero) in one of the first `shapes` spellings; -1 is missing.

    Overseas numbers are only written in the national way: their country code is not 33.
    """
    style = rng.integers(0, shapes, len(numbers))
    overseas = np.isin(numbers // 1_000_000, _OVERSEAS_BLOCKS)
    style[overseas] %= _NATIONAL_SHAPES
    digits = number_letters(np.maximum(numbers, 0), 10)
    places = [np.flatnonzero(style == shape) for shape in range(shapes)]
    pieces = [
        _shaped(shape, digits[where])
        for shape, where in zip(PHONE_SHAPES[:shapes], places, strict=True)
    ]
    order = np.argsort(np.concatenate(places), kind="stable")
    return blank_out(pl.concat(pieces).gather(order.astype(np.uint32)), numbers < 0)


def mistype(rng: np.random.Generator, column: pl.Series, share: float) -> pl.Series:
    """The column with one slip of the keyboard in some cells: swap, loss, doubling, neighbour."""
    where = np.flatnonzero(happens(rng, share, column.len()))
    cells = column.gather(where.astype(np.uint32)).to_list()
    places, slips = rng.random(len(where)), rng.integers(0, 4, len(where))
    wrong = [
        None if cell is None else _slip(cell, int(place * len(cell)), int(slip))
        for cell, place, slip in zip(cells, places, slips, strict=True)
    ]
    return column.clone().scatter(where.astype(np.uint32), pl.Series(wrong, dtype=pl.String))


def _slip(word: str, place: int, slip: int) -> str:
    if len(word) < 3:
        return word
    letter = word[place]
    if slip == 0 and place + 1 < len(word):
        return word[:place] + word[place + 1] + letter + word[place + 2 :]
    if slip == 1:
        return word[:place] + word[place + 1 :]
    if slip == 2:
        return word[:place] + letter + word[place:]
    near = _NEIGHBOURS.get(letter.lower(), letter)[0]
    return word[:place] + (near.upper() if letter.isupper() else near) + word[place + 1 :]


def _shaped(shape: str, digits: Bytes) -> pl.Series:
    letters = np.empty((len(digits), len(shape)), dtype=np.uint8)
    for place, sign in enumerate(shape):
        digit = "abcdefghij".find(sign)
        letters[:, place] = ord(sign) if digit < 0 else digits[:, digit]
    return from_letters(letters)
