"""`./dev bench postal`: noises, public suites, fuzz and speed; no peer."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks.postal import communes, public_suites
from benchmarks.postal.fuzz import fuzz
from benchmarks.postal.halves import DataMissing, Gold, town_halls
from benchmarks.postal.noises import NOISES
from benchmarks.postal.town_hall_parts import Parts, Score, measure_noises
from passerelle.postal import standardize_address

_EACH_NOISE, _ALL_NOISES = 0.995, 0.998


def main(argv: list[str]) -> int:
    """Run what is asked for; everything without --only."""
    parser = argparse.ArgumentParser(prog="./dev bench postal", description=__doc__)
    parser.add_argument("--only", choices=sorted(_PARTS), help="one part")
    parser.add_argument("--rows", type=int, default=None, help="addresses of each half")
    parser.add_argument(
        "--show", type=int, default=0, help="errors of the seen half to print, by noise"
    )
    parser.add_argument("--noise", choices=sorted(NOISES), help="errors of this noise only")
    options = parser.parse_args(argv)
    try:
        return max(part(options) for name, part in _PARTS.items() if options.only in (None, name))
    except DataMissing as missing:
        print(f"error: {missing}", file=sys.stderr)
        return 2


def ours(text: str) -> Parts:
    """Parts as this package reads them."""
    address = standardize_address(text)
    street = address.street or address.locality
    return address.house_number, street, address.postcode, address.city, address.insee_code


def _noises(options: argparse.Namespace) -> int:
    golds = town_halls()
    halves = {
        "seen half": [gold for gold in golds if gold.is_seen],
        "unseen half": [gold for gold in golds if not gold.is_seen],
    }
    scores = {name: measure_noises(half, ours, most=options.rows) for name, half in halves.items()}
    print(f"\n{'all four parts right':<26}" + "".join(f"{name:>14}" for name in scores))
    for noise in NOISES:
        print(f"  {noise:<24}" + "".join(f"{half[noise].share:>14.2%}" for half in scores.values()))
    totals = {name: _total(half) for name, half in scores.items()}
    print(f"  {'all':<24}" + "".join(f"{total:>14.2%}" for total in totals.values()))
    _show(scores["seen half"], options)
    _speed([gold for half in halves.values() for gold in half])
    fair = all(total >= _ALL_NOISES for total in totals.values())
    return (
        0
        if fair and all(s.share >= _EACH_NOISE for half in scores.values() for s in half.values())
        else 1
    )


def _total(scores: dict[str, Score]) -> float:
    return sum(each.right for each in scores.values()) / max(
        1, sum(each.count for each in scores.values())
    )


def _show(scores: dict[str, Score], options: argparse.Namespace) -> None:
    for noise, score in scores.items():
        if options.show and options.noise in (None, noise):
            print(f"\n{noise}: {len(score.wrong)} wrong")
            for text, got, expected in score.wrong[: options.show]:
                print(f"  {text!r}\n      got {got}\n     want {expected}")


def _speed(golds: list[Gold]) -> None:
    texts = [f"{gold.line_4} {gold.postcode} {gold.city}" for gold in golds]
    best = min(_seconds(texts) for _ in range(3))
    print(f"\n  {len(texts) / best:,.0f} addresses a second and core")


def _seconds(texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        standardize_address(text)
    return time.process_time() - start


def _communes(options: argparse.Namespace) -> int:
    return communes.run([])


_PARTS: dict[str, Callable[[argparse.Namespace], int]] = {
    "noises": _noises,
    "lines": public_suites.state_lines,
    "queries": public_suites.geocoder_queries,
    "complements": public_suites.injected_complements,
    "display": public_suites.opencage,
    "communes": _communes,
    "fuzz": fuzz,
}
