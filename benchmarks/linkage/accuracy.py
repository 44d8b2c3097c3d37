"""Accuracy, calibration, seconds and memory of each system on each set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.linkage.bounds import Bound, bounds_of_accuracy
from benchmarks.linkage.evaluating import (
    LINKED,
    Accuracy,
    Calibration,
    judge_clusters,
    judge_links,
    judge_probabilities,
)
from benchmarks.linkage.jobs import Figures
from benchmarks.linkage.running import OURS, Ask, Result, System, run_system
from benchmarks.linkage.sets import LinkSet
from benchmarks.linkage.tables import count, megabytes, seconds, share, show


@dataclass(frozen=True)
class Judged:
    """One system on one set."""

    system: System
    chosen: LinkSet
    figures: Figures
    persons: Accuracy | None = None
    households: Accuracy | None = None
    links: Accuracy | None = None
    calibration: Calibration | None = None


def measure_accuracy(
    systems: Sequence[System], sets: Sequence[LinkSet], ask: Ask, work: Path
) -> list[Bound]:
    """Run every system on every set and print; answers the bounds."""
    judged = []
    for chosen in sets:
        for system in systems:
            print(f"· {chosen.name}: {system.name}", flush=True)
            judged.append(_judge(system, chosen, run_system(system, chosen, ask, work)))
    _show_accuracy(judged)
    _show_calibration(judged)
    return [bound for chosen in sets for bound in _bounds(chosen, judged)]


def _judge(system: System, chosen: LinkSet, result: Result) -> Judged:
    if result.clusters is None:
        return Judged(system, chosen, result.figures)
    homes = None
    if result.households is not None and chosen.households is not None:
        homes = judge_clusters(result.households, chosen.households)
    links, calibration = _judge_links(chosen, result)
    persons = judge_clusters(result.clusters, chosen.persons)
    return Judged(system, chosen, result.figures, persons, homes, links, calibration)


def _judge_links(chosen: LinkSet, result: Result) -> tuple[Accuracy | None, Calibration | None]:
    if result.links is None:
        return None, None
    left, right = (result.links[side].to_numpy() for side in ("left", "right"))
    probability = np.asarray(result.links["probability"].to_numpy(), np.float64)
    linked = probability >= LINKED
    links = judge_links(left[linked], right[linked], chosen.persons)
    is_true = chosen.persons[left] == chosen.persons[right]
    return links, judge_probabilities(probability, is_true)


def _show_accuracy(judged: Sequence[Judged]) -> None:
    heads = ["set", "system", "F1 persons", "precision", "recall", "F1 links", "F1 homes",
             "wall s", "CPU s", "peak MB", "candidates", "remark"]  # fmt: skip
    rows = []
    for each in judged:
        persons, told = each.persons, each.figures
        row = [each.chosen.name, each.system.name]
        if persons is None:
            rows.append([*row, *[""] * 9, told.refusal])
            continue
        row += [share(persons.f1), share(persons.precision), share(persons.recall)]
        row += [share(each.links.f1 if each.links else None)]
        row += [share(each.households.f1 if each.households else None)]
        row += [seconds(told.seconds), seconds(told.cpu_seconds), megabytes(told.peak_bytes)]
        rows.append([*row, count(told.candidates), "; ".join(told.remarks)])
    show("Accuracy: pairs of records in one cluster, at each system's own threshold", heads, rows)


def _show_calibration(judged: Sequence[Judged]) -> None:
    heads = ["set", "system", "error", "error of links", "precision promised", "true",
             "recall promised", "true"]  # fmt: skip
    rows = [
        [each.chosen.name, each.system.name, share(told.error), share(told.error_of_links),
         share(told.promised_precision), share(told.precision), share(told.promised_recall),
         share(told.recall)]
        for each in judged
        if (told := each.calibration) is not None
    ]  # fmt: skip
    show("Calibration over candidates (expected calibration error), and what is promised"
         " without labels for links", heads, rows)  # fmt: skip


def _bounds(chosen: LinkSet, judged: Sequence[Judged]) -> list[Bound]:
    here = [each for each in judged if each.chosen is chosen]
    if OURS not in [each.system for each in here]:
        return []
    f1 = {each.system.name: each.persons.f1 for each in here if each.persons is not None}
    homes = [each.households.f1 for each in here if each.households and each.system is OURS]
    return bounds_of_accuracy(chosen.name, chosen.plan, f1, homes[0] if homes else None)
