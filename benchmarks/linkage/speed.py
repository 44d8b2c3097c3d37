"""passerelle and Splink on the same records and the same candidates: how many times as fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.linkage.bounds import Bound, bounds_of_speed
from benchmarks.linkage.evaluating import judge_clusters
from benchmarks.linkage.retailer import RECORDS_PER_CUSTOMER
from benchmarks.linkage.running import OURS, SPLINK, Ask, Result, System, run_system
from benchmarks.linkage.sets import LinkSet, retailer_set
from benchmarks.linkage.tables import count, megabytes, seconds, share, show

Rules = tuple[tuple[str, ...], ...]

_NARROW: Rules = (
    ("email",),
    ("phone",),
    ("first_name", "last_name"),
    ("last_name", "birth_date"),
    ("first_name", "birth_date"),
    ("last_name", "postcode"),
    ("street", "house_number", "postcode"),
)
RULES: Mapping[str, Rules] = {
    # 1.8 and 15.4 million candidates where there are a million records.
    "narrow": _NARROW,
    "wide": (
        *_NARROW,
        ("first_name", "city"),
        ("first_name", "house_number"),
        ("street", "house_number"),
    ),
}
_PATIENCE = 1_800.0


@dataclass(frozen=True)
class Turn:
    """One system's two processes: one that is warm and times linking, one from file to clusters."""

    system: System
    warm: Result
    whole: Result


def measure_speed(sizes: Sequence[int], repeats: int, work: Path) -> list[Bound]:
    """Time both on each size and each set of rules, and print; answers the bounds.

    The fastest of several turns counts, for both: what a busy machine adds is nobody's.
    """
    rows: list[list[str]] = []
    bounds: list[Bound] = []
    for size in sizes:
        chosen = retailer_set(round(size / RECORDS_PER_CUSTOMER), work)
        for name, rules in RULES.items():
            turns = [
                _turn(system, chosen, Ask(rules=rules, patience=_PATIENCE), repeats, work)
                for system in (OURS, SPLINK)
            ]
            rows += [_row(chosen, name, turn) for turn in turns]
            rows.append(_ratio_row(turns))
            label = f"{chosen.name}, {name} rules"
            bounds += bounds_of_speed(label, len(chosen.persons), _ratios(turns))
    heads = ["records", "rules", "system", "candidates", "F1 persons", "wall s", "CPU s",
             "file to clusters s", "peak MB", "remark"]  # fmt: skip
    show("Speed on the same candidates", heads, rows)
    return bounds


def _turn(system: System, chosen: LinkSet, ask: Ask, repeats: int, work: Path) -> Turn:
    print(f"· {chosen.name}: {system.name}", flush=True)
    asked = (ask, replace(ask, is_warm=False))
    warm, whole = ([run_system(system, chosen, each, work) for _ in range(repeats)]
                   for each in asked)  # fmt: skip
    return Turn(
        system,
        min(warm, key=lambda result: result.figures.seconds),
        min(whole, key=lambda result: result.figures.process_seconds),
    )


def _row(chosen: LinkSet, rules: str, turn: Turn) -> list[str]:
    told = turn.warm.figures
    f1 = None
    if turn.warm.clusters is not None:
        f1 = judge_clusters(turn.warm.clusters, chosen.persons).f1
    whole = turn.whole.figures
    remark = told.refusal or whole.refusal or "; ".join(told.remarks)
    return [count(len(chosen.persons)), rules, turn.system.name, count(told.candidates), share(f1),
            seconds(told.seconds), seconds(told.cpu_seconds), seconds(whole.process_seconds),
            megabytes(whole.peak_bytes), remark]  # fmt: skip


def _ratios(turns: Sequence[Turn]) -> dict[str, float]:
    """Splink's figures over ours; empty where one of them found nothing."""
    ours, its = turns
    if any(each.figures.refusal for turn in turns for each in (turn.warm, turn.whole)):
        return {}
    return {
        "linking": its.warm.figures.seconds / ours.warm.figures.seconds,
        "processor": its.warm.figures.cpu_seconds / ours.warm.figures.cpu_seconds,
        "whole": its.whole.figures.process_seconds / ours.whole.figures.process_seconds,
        "memory": its.whole.figures.peak_bytes / ours.whole.figures.peak_bytes,
    }


def _ratio_row(turns: Sequence[Turn]) -> list[str]:
    ratios = _ratios(turns)
    told = [f"{ratios[name]:.1f} x" if name in ratios else ""
            for name in ("linking", "processor", "whole", "memory")]  # fmt: skip
    return ["", "", "Splink over passerelle", "", "", *told, ""]
