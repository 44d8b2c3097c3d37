"""Link records of one table or several: which are one person's, and which one household's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.linkage.alignment import LeftOut, align
from passerelle.linkage.blocking import Groups, Pairs, Rule, find_groups, make_pairs
from passerelle.linkage.chances import chances_of_levels
from passerelle.linkage.clustering import components, find_clusters
from passerelle.linkage.comparing import compare_fully
from passerelle.linkage.dependence import Repeats, find_repeats
from passerelle.linkage.fields import Field, guess_fields
from passerelle.linkage.learning import (
    HOUSEHOLD,
    PERSON,
    Model,
    learn,
    possible_relations,
    seen_patterns,
)
from passerelle.linkage.patterns import Patterns, count_patterns
from passerelle.linkage.records import Records, read_records
from passerelle.linkage.rule_choice import LARGEST_GROUP, choose_rules
from passerelle.linkage.scoring import Scores, score_pairs

_PAIRS_PER_RECORD = 10
_LEAST_PAIRS = 2_000_000  # that small tables may have: a third of a second of comparing


@dataclass(frozen=True)
class LinkageSpec:
    """What may be said instead of left to be found.

    fields: the columns to compare; guessed from names and values if None.
    rules: what to block by; chosen if None.
    model: what was learned before; learned from the tables if None.
    within, between: whether two records of one table, or of different ones, may be one person.
    """

    fields: tuple[Field, ...] | None = None
    rules: tuple[Rule, ...] | None = None
    model: Model | None = None
    within: bool = True
    between: bool = True


@dataclass(frozen=True)
class Linkage:
    """What linking found. Records are numbered from 0, table after table.

    table: the records as they were compared, in columns that all tables share.
    clusters, households: int32, for each record the first record of its person, its household.
    records, repeats, groups: what they were compared and blocked by; a group for each rule.
    left_out: columns that were not compared.
    """

    table: pa.Table
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    model: Model
    pairs: Pairs
    patterns: Patterns
    scores: Scores
    clusters: npt.NDArray[np.int32]
    households: npt.NDArray[np.int32]
    records: Records
    repeats: tuple[Repeats, ...]
    groups: tuple[Groups, ...]
    left_out: tuple[LeftOut, ...]


def link(
    tables: pa.Table | Sequence[pa.Table],
    spec: LinkageSpec | None = None,
    *,
    leave: Sequence[str] = (),
) -> Linkage:
    """Link the records of tables whose columns have the same names.

    Args:
        tables: One to find its duplicates, several to link.
        spec: What to compare and block by.
        leave: Columns that say nothing of who a record is, such as its id.

    Raises:
        InvalidInput: No column tells one record from another.
    """
    spec = spec or LinkageSpec()
    given = [tables] if isinstance(tables, pa.Table) else list(tables)
    alignment = align([_texts(table) for table in given], leave=leave)
    whole = alignment.table
    sources = np.repeat(np.arange(len(given), dtype=np.int16), [each.num_rows for each in given])
    fields = spec.fields or guess_fields(whole)
    aligned = whole.to_arrow()
    records = read_records(aligned, fields, sources)
    repeats = find_repeats(records)
    chances = chances_of_levels(records, repeats)
    all_pairs = _all_pairs(sources, within=spec.within, between=spec.between)
    most_pairs = max(_LEAST_PAIRS, _PAIRS_PER_RECORD * records.count)
    rules = spec.rules or choose_rules(records, most_pairs=most_pairs)
    groups = [find_groups(records, rule, largest=LARGEST_GROUP) for rule in rules]
    pairs = make_pairs(records, rules, groups, within=spec.within, between=spec.between)
    patterns = compare_fully(records, repeats, pairs.left, pairs.right)
    kept, masks, counts = count_patterns(patterns, pairs.masks)
    seen = seen_patterns(kept, masks, counts, len(fields))
    model = spec.model or learn(
        records, seen, chances, all_pairs=all_pairs, relations=possible_relations(records.columns)
    )
    scores = score_pairs(records, model, pairs.left, pairs.right, patterns)
    clusters = _persons(records, repeats, model, pairs, scores)
    households = _households(records, model, pairs, scores, clusters)
    return Linkage(
        aligned, fields, tuple(rules), model, pairs, patterns, scores, clusters, households,
        records, repeats, tuple(groups), alignment.left_out,
    )  # fmt: skip


def _texts(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(table).with_columns(pl.all().cast(pl.String).replace("", None))


def _all_pairs(sources: npt.NDArray[np.int16], *, within: bool, between: bool) -> float:
    sizes = np.bincount(sources).astype(float)
    inside = float((sizes * (sizes - 1) / 2).sum())
    total = float(sizes.sum() * (sizes.sum() - 1) / 2)
    return max(1.0, (inside if within else 0.0) + (total - inside if between else 0.0))


def _persons(
    records: Records, repeats: Sequence[Repeats], model: Model, pairs: Pairs, scores: Scores
) -> npt.NDArray[np.int32]:
    linked = scores.person >= 0

    def score(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        patterns = compare_fully(records, repeats, left, right)
        return score_pairs(records, model, left, right, patterns).person

    return find_clusters(
        records.count, pairs.left[linked], pairs.right[linked], scores.person[linked], score
    )


def _households(
    records: Records,
    model: Model,
    pairs: Pairs,
    scores: Scores,
    clusters: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:
    """Persons, and the persons that live with them."""
    everybody = np.arange(records.count, dtype=np.int32)
    if HOUSEHOLD not in model.relations or PERSON not in model.relations:
        return clusters
    at_home = scores.household >= 0
    left = np.concatenate([everybody, pairs.left[at_home]])
    right = np.concatenate([clusters, pairs.right[at_home]])
    return components(records.count, left, right)
