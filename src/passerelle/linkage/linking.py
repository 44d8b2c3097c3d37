"""Link records of one table or several: which are one person's, and which one household's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.linkage.adding.known_values import KnownValues
from passerelle.linkage.alignment import LeftOut, Sources, align, with_fields
from passerelle.linkage.blocking import Pairs, Rule
from passerelle.linkage.candidates import Candidates, RuleFinds
from passerelle.linkage.cells import read_texts
from passerelle.linkage.chances import chances_of_levels
from passerelle.linkage.comparing import PairComparer, compare_fully
from passerelle.linkage.deciding import Decisions, add_labels
from passerelle.linkage.dependence import Repeats, find_repeats
from passerelle.linkage.fields import Field, guess_fields
from passerelle.linkage.grouping import find_persons
from passerelle.linkage.households.living_together import Homes, find_homes
from passerelle.linkage.kept_pairs import Kept, Unkept
from passerelle.linkage.labels import Calibration, Labels, calibrate
from passerelle.linkage.learning import Model, learn, possible_relations, seen_patterns
from passerelle.linkage.memory import check_texts, find_room
from passerelle.linkage.patterns import PatternCounts, Patterns
from passerelle.linkage.records import Records, read_records
from passerelle.linkage.rule_choice import LARGEST_GROUP, choose_rules
from passerelle.linkage.scoring import LINKED, Scorer, Scores, score_pairs
from passerelle.linkage.streaming import ComparedStream

_PAIRS_PER_RECORD = 10
_LEAST_PAIRS = 2_000_000  # that small tables may have: a third of a second of comparing
_INNER = 1 << 22  # pairs inside components that are compared at once


@dataclass(frozen=True)
class LinkageSpec:
    """What may be said instead of left to be found.

    fields: the columns to compare; guessed from names and values if None.
    rules: what to block by; chosen if None.
    model: what was learned before; learned from the tables if None.
    known: for each field, what was known of its values when the model was learned; the tables'
        own counts if None.
    repeats: fields that are silent beside others; found if None.
    within, between: whether two records of one table, or of different ones, may be one person.
    decisions: what no score overrules.
    labels: what people said of pairs; it corrects the odds, and holds as decisions do.
    largest_group: records that may share a key of a rule and still be compared by it.
    most_pairs: candidates at most, as estimated, of rules that are chosen; ten a record or two
        million unless given.
    finds_homes: whether households are looked for; if not, each person is one.
    memory: bytes that the process may take, its start among them; what does not fit is refused. It
        changes how much is held at once and no link.
    """

    fields: tuple[Field, ...] | None = None
    rules: tuple[Rule, ...] | None = None
    model: Model | None = None
    known: tuple[KnownValues, ...] | None = None
    repeats: tuple[Repeats, ...] | None = None
    within: bool = True
    between: bool = True
    decisions: Decisions = field(default_factory=Decisions)
    labels: Labels | None = None
    largest_group: int = LARGEST_GROUP
    most_pairs: int | None = None
    finds_homes: bool = True
    memory: int | None = None


@dataclass(frozen=True, repr=False)  # or a traceback would show people
class Linkage:
    """What linking found. Records are numbered from 0, table after table.

    spec: all that was said or found, with which others link as this run did.
    table: the records as they were compared, in columns that all tables share.
    columns: for each table, which of its columns gave them. left_out: those that gave nothing.
    records: the same as integers.
    finds: of each rule. repeats: fields that are silent beside others.
    pairs, patterns, scores: of the candidates that were kept: all, or where they are many those
        that may be one person's or one household's. unkept: counts of the others.
    clusters: int32, for each record the first record of its person.
    homes: households, and which persons were compared to find them.
    """

    spec: LinkageSpec
    table: pa.Table
    columns: tuple[Sources, ...]
    left_out: tuple[LeftOut, ...]
    records: Records
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    finds: tuple[RuleFinds, ...]
    repeats: tuple[Repeats, ...]
    model: Model
    pairs: Pairs
    patterns: Patterns
    scores: Scores
    unkept: Unkept
    clusters: npt.NDArray[np.int32]
    homes: Homes

    @property
    def households(self) -> npt.NDArray[np.int32]:
        """For each record the first record of its household."""
        return self.homes.households

    @property
    def pairs_compared(self) -> int:
        """How many candidates there were, kept or not."""
        return self.pairs.count + self.unkept.count


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
        InvalidInput: No column tells one record from another, the tables have none in common, or
            none of those that are to be compared is there.
    """
    spec = spec or LinkageSpec()
    given = [tables] if isinstance(tables, pa.Table) else list(tables)
    check_texts(given, spec.memory)
    alignment = align([read_texts(table) for table in given], leave=leave)
    sources = np.repeat(np.arange(len(given), dtype=np.int16), [each.num_rows for each in given])
    fields = spec.fields or guess_fields(alignment.table)
    table = with_fields(alignment.table, fields).to_arrow()
    columns, left_out = alignment.columns, alignment.left_out
    del alignment  # its texts take as much memory again
    records = read_records(table, fields, sources, spec.known)
    repeats = find_repeats(records) if spec.repeats is None else spec.repeats
    most_pairs = spec.most_pairs or max(_LEAST_PAIRS, _PAIRS_PER_RECORD * records.count)
    rules = tuple(spec.rules or choose_rules(records, most_pairs=most_pairs))
    room = find_room(table, records, len(rules), spec.memory)
    candidates = Candidates(
        records, rules, largest=spec.largest_group, within=spec.within, between=spec.between
    )
    comparer = PairComparer(records, repeats)
    stream = ComparedStream(candidates, comparer, room)
    model = spec.model or _learned(records, repeats, stream.count_patterns(), spec)
    if spec.labels is not None:
        model = _corrected(records, repeats, model, spec.labels)
    found = replace(
        spec,
        fields=fields,
        rules=rules,
        model=model,
        known=tuple(column.known for column in records.columns),
        repeats=repeats,
        decisions=add_labels(spec.decisions, spec.labels),
        labels=None,
    )
    kept, finds = stream.keep(records, model)
    del stream, candidates
    scorer = Scorer(model, records.columns)
    persons = _persons(records, comparer, scorer, kept, found.decisions)
    near = kept.scores.household >= LINKED
    ends = (kept.pairs.left[near], kept.pairs.right[near])
    homes = (
        find_homes(records, repeats, model, persons, ends, room)
        if spec.finds_homes
        else Homes.of_one(persons)
    )
    return Linkage(
        found, table, columns, left_out, records, fields, rules, finds, repeats, model, kept.pairs,
        kept.patterns, kept.scores, kept.unkept, persons, homes,
    )  # fmt: skip


def _persons(
    records: Records,
    comparer: PairComparer,
    scorer: Scorer,
    kept: Kept,
    decisions: Decisions,
) -> npt.NDArray[np.int32]:
    """For each record the first record of its person."""

    def score(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        odds = np.empty(len(left), np.float32)
        for start in range(0, len(left), _INNER):
            some = slice(start, start + _INNER)
            patterns = comparer.compare(left[some], right[some])
            odds[some] = scorer.score(records, left[some], right[some], patterns).person
        return odds

    ends = (kept.pairs.left, kept.pairs.right)
    return find_persons(records.sources, ends, kept.scores.person, decisions, score)


def _learned(
    records: Records, repeats: Sequence[Repeats], seen: PatternCounts, spec: LinkageSpec
) -> Model:
    return learn(
        records,
        seen_patterns(seen.patterns, seen.masks, seen.counts, len(records.columns)),
        chances_of_levels(records, repeats),
        all_pairs=_all_pairs(records.sources, within=spec.within, between=spec.between),
        relations=possible_relations(records.columns),
    )


def _corrected(records: Records, repeats: Sequence[Repeats], model: Model, labels: Labels) -> Model:
    plain = replace(model, calibration=Calibration())
    patterns = compare_fully(records, repeats, labels.left, labels.right)
    odds = score_pairs(records, plain, labels.left, labels.right, patterns).person
    return replace(model, calibration=calibrate(odds, labels.is_same))


def _all_pairs(sources: npt.NDArray[np.int16], *, within: bool, between: bool) -> float:
    sizes = np.bincount(sources).astype(float)
    inside = float((sizes * (sizes - 1) / 2).sum())
    total = float(sizes.sum() * (sizes.sum() - 1) / 2)
    return max(1.0, (inside if within else 0.0) + (total - inside if between else 0.0))
