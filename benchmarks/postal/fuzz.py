"""Texts that nobody would call an address: read without a failure, in time, and as themselves.

Real addresses with letters changed, words shuffled or thrown in, repeated until they are long;
words of addresses in any order; any signs at all. A tenth of a million unless `--rows` says more.
"""

from __future__ import annotations

import argparse
import random
import time

from benchmarks.postal.halves import Gold, town_halls
from benchmarks.postal.noises import NOISES
from passerelle.postal import standardize_address

_MOST_SECONDS = 0.05
_ROWS = 100_000
_WARM = "Grande-Rue 70400 ÉTAGE 2 CHEZ"
"""Its town is looked for in the whole country: all names are made ready once, in a second."""
_SHOWN = 20
_ABROAD = (
    "Rue de la Loi 16, B-1000 Bruxelles, Belgique",
    "10 Downing Street, London SW1A 2AA, Royaume-Uni",
    "Hauptstr. 5, D-10115 Berlin",
    "Via Roma 1, 00100 Roma, Italie",
)
_WORDS = [
    "BP",
    "CS",
    "TSA",
    "CEDEX",
    "CHEZ",
    "APPT",
    "BAT",
    "RES",
    "RUE",
    "AVENUE",
    "BIS",
    "TER",
    "12",
    "75011",
    "PARIS",
    "LYON",
    "1",
    "A",
    "D'",
    "L'",
    "ÉTAGE",
    "3E",
    "FRANCE",
    "BELGIQUE",
    "SUISSE",
    ",",
    ";",
    "-",
    "(",
    ")",
    ".",
    "N°",
    "ZI",
    "ZA",
    "LIEU-DIT",
    "LA",
    "LE",
    "DE",
    "DES",
    "SAINT",
    "ST",
    "69003",
    "0",
    "é",
    "œ",
    "ß",
    "Ж",
    "中",
    "ARMÉES",
    "98000",
]


def fuzz(options: argparse.Namespace) -> int:
    """Count the texts that fail; 1 when one does."""
    rng, golds = random.Random(20261123), town_halls()
    count, slowest, wrong = options.rows or _ROWS, 0.0, 0
    standardize_address(_WARM)
    for _number in range(count):
        text = _text(rng, golds)
        began = time.process_time()
        problem = _problem(text)
        seconds = (time.process_time() - began) / 2  # read, and read again
        slowest = max(slowest, seconds)
        problem = problem or ("slow" if seconds > _MOST_SECONDS else "")
        wrong += bool(problem)
        if problem and wrong <= _SHOWN:
            print(f"  {problem}: {text[:120]!r}")
    print(f"\nfuzzed: {wrong} of {count:,} wrong; the slowest took {slowest * 1000:.1f} ms")
    return int(wrong > 0)


def _problem(text: str) -> str:
    try:
        lines = standardize_address(text).lines
        again = standardize_address("\n".join(filter(None, lines))).lines
    except Exception as error:  # whatever it is, it must not happen
        return type(error).__name__
    if len(lines) != 6 or max(map(len, lines)) > 38:
        return "too long"
    return "" if again == lines else "unstable"


def _text(rng: random.Random, golds: list[Gold]) -> str:
    kind = rng.random()
    if kind < 0.1:
        return "".join(chr(rng.randrange(0xD7FF)) for _ in range(rng.randrange(60)))
    if kind < 0.2:
        return rng.randbytes(rng.randrange(80)).decode("latin-1")
    if kind < 0.3:
        return " ".join(rng.choice(_WORDS) for _ in range(rng.randrange(25)))
    base = rng.choice(list(NOISES.values()))(rng.choice(golds), rng)
    base = rng.choice(_ABROAD) if kind > 0.9 else base
    if kind < 0.6:
        return _with_letters_changed(base, rng)
    if kind < 0.65:
        return f"{base} " * rng.randrange(2, 200)
    words = base.split()
    rng.shuffle(words)
    for _word in range(rng.randrange(6)):
        words.insert(rng.randrange(len(words) + 1), rng.choice(_WORDS))
    return " ".join(words)


def _with_letters_changed(text: str, rng: random.Random) -> str:
    letters = list(text)
    for _change in range(rng.randrange(1, 6)):
        at = rng.randrange(len(letters))
        letters[at] = rng.choice(("", chr(rng.randrange(32, 127)), chr(rng.randrange(0xC0, 0x17F))))
    return "".join(letters)
