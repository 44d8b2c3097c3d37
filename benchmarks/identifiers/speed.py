"""Seconds to read a million e-mails, phones and numbers, as dirty as files are."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable

FIRST = [
    "marie",
    "jean",
    "pierre",
    "anne",
    "luc",
    "sophie",
    "paul",
    "camille",
    "julie",
    "thomas",
    "nicolas",
    "isabelle",
]
LAST = [
    "dupont",
    "martin",
    "durand",
    "lefevre",
    "moreau",
    "garcia",
    "petit",
    "roux",
    "fournier",
    "lambert",
]
MAIL = [
    "gmail.com",
    "orange.fr",
    "free.fr",
    "hotmail.fr",
    "wanadoo.fr",
    "sfr.fr",
    "laposte.net",
    "exemple.fr",
]


def run(arguments: list[str]) -> int:
    """Measure on one core; the first argument is the number of rows."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    import polars as pl

    from passerelle.identifiers import id_texts, last_name_keys, normalize_column

    rows = int(arguments[0]) if arguments else 1_000_000
    rng = random.Random(7)
    emails = pl.Series([_email(rng, row) for row in range(rows)])
    phones = pl.Series([_phone(rng) for _ in range(rows)])
    numbers = pl.Series([f"C{row:08d}" for row in range(rows)])
    names = pl.Series([rng.choice(LAST).title() + rng.choice(LAST) for _ in range(rows)])
    normalize_column("phone", phones[:10])  # loads the tables
    clear = normalize_column("email", emails).values.drop_nulls().to_list()
    _measure("email", lambda: normalize_column("email", emails))
    _measure("email, hashes for ids", lambda: id_texts("email", clear))
    _measure("phone", lambda: normalize_column("phone", phones))
    _measure("customer_number", lambda: normalize_column("customer_number", numbers))
    _measure("last name keys", lambda: last_name_keys(names))
    return 0


def _measure(name: str, work: Callable[[], object]) -> None:
    best = min(_seconds(work) for _ in range(3))
    sys.stdout.write(f"  {name:<24} {best:6.2f} s of processor\n")


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _email(rng: random.Random, row: int) -> str | None:
    """85 % plain; the rest in capitals, padded, blank, bracketed, accented, broken or doubled."""
    plain = f"{rng.choice(FIRST)}.{rng.choice(LAST)}{row}@{rng.choice(MAIL)}"
    odd = (
        plain.title(), plain.upper(), f" {plain} ", None, f"<{plain}>", f"mailto:{plain}",
        "é" + plain, plain.replace("@", ""), f"{plain}.", f"{plain};{plain[1:]}",
    )  # fmt: skip
    return plain if rng.random() < 0.85 else rng.choice(odd)


def _phone(rng: random.Random) -> str | None:
    """Written in the ways of French files; one in a hundred is cut short."""
    start = rng.choice(["061", "062", "066", "067", "068", "075", "01", "03", "04", "05", "09"])
    digits = f"{start}{rng.randrange(10**8):08d}"[:10]
    pairs = [digits[i : i + 2] for i in range(0, 10, 2)]
    written = (
        digits, digits, " ".join(pairs), " ".join(pairs), ".".join(pairs), "\u00a0".join(pairs),
        f"+33 {digits[1]} {' '.join(pairs[1:])}", f"+33{digits[1:]}", f"+33 (0){digits[1:]}",
        None if rng.random() < 0.5 else digits[1:],
    )  # fmt: skip
    return digits[:8] if rng.random() < 0.01 else rng.choice(written)
