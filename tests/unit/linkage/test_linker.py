"""Adding records ends where linking all of them at once ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.kernel import InvalidInput
from passerelle.linkage import Decisions, Linkage, Linker, link
from passerelle.simulate import RetailerSpec, simulate_retailer

BASE = 1_800


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """Records of several files of a retailer, aligned, in any order."""
    folder = tmp_path_factory.mktemp("retailer")
    simulate_retailer(RetailerSpec(customers=2_500, seed=4), folder)
    crm = pl.read_csv(
        Path(folder, "crm_customers.csv").read_bytes().decode("cp1252").encode(),
        separator=";",
        infer_schema=False,
    )
    shop = pl.read_csv(
        folder / "webshop_customers.csv", infer_schema=False, truncate_ragged_lines=True
    )
    aligned = link([crm.drop("N° client").to_arrow(), shop.drop("Customer ID").to_arrow()]).table
    return pl.DataFrame(aligned).sample(fraction=1.0, shuffle=True, seed=3).to_arrow()


@pytest.fixture(scope="module")
def known(people: pa.Table) -> Linkage:
    return link(people.slice(0, BASE))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.sampled_from([2_000, 12, 5]))
def test_adding_ends_where_a_whole_run_ends(
    people: pa.Table, known: Linkage, sizes: list[int], largest: int
) -> None:
    sizes = [
        size for at, size in enumerate(sizes) if BASE + sum(sizes[: at + 1]) <= people.num_rows
    ]
    base = known
    if largest != known.spec.largest_group:  # keys that grow too large on the way
        base = link(people.slice(0, BASE), replace(known.spec, largest_group=largest))
    linker = Linker(base)
    place = BASE
    for size in sizes:
        linker.add(people.slice(place, size))
        place += size

    whole = link(people.slice(0, place), base.spec)

    assert linker.count == place
    assert (linker.clusters == whole.clusters).all()
    assert (linker.households[linker.clusters] == linker.households).all()
    assert (linker.households[:BASE][base.households] == linker.households[:BASE]).all()


def test_one_by_one_is_as_all_at_once(people: pa.Table, known: Linkage) -> None:
    one_by_one, at_once = Linker(known), Linker(known)
    for at in range(60):
        one_by_one.add(people.slice(BASE + at, 1))
    at_once.add(people.slice(BASE, 60))

    assert (one_by_one.clusters == at_once.clusters).all()


def test_decisions_hold_for_records_that_come_later(people: pa.Table, known: Linkage) -> None:
    apart = np.flatnonzero(known.clusters == np.arange(BASE))[[3, 700]].astype(np.int32)
    twins = np.flatnonzero(known.clusters != np.arange(BASE))[:1]
    parted = np.array([[known.clusters[twins[0]], twins[0]]], np.int32)
    decisions = Decisions(same=apart[None, :], different=parted)
    decided = link(people.slice(0, BASE), replace(known.spec, decisions=decisions))
    linker = Linker(decided)

    linker.add(people.slice(BASE, 500))

    assert linker.clusters[apart[0]] == linker.clusters[apart[1]]
    assert linker.clusters[parted[0, 0]] != linker.clusters[parted[0, 1]]
    whole = link(people.slice(0, BASE + 500), decided.spec)
    assert (linker.clusters == whole.clusters).all()


def test_clusters_keep_their_names_and_say_what_happened(people: pa.Table, known: Linkage) -> None:
    linker = Linker(known, pl.Series([f"r{at}" for at in range(BASE)]))
    before = [linker.cluster_id(at) for at in range(BASE)]
    told = [linker.add(people.slice(BASE + at * 50, 50)) for at in range(10)]

    after = [linker.cluster_id(at) for at in range(BASE)]
    changed = {before[at] for at in range(BASE) if before[at] != after[at]}
    events = [event for each in told for event in each.events]
    said = {event.other for event in events if event.kind in ("merged", "split", "moved")}
    assert changed <= said
    assert {"created"} <= {event.kind for event in events}
    ids = [linker.cluster_id(at) for at in range(linker.count)]
    groups = dict(zip(ids, linker.clusters.tolist(), strict=True))
    assert len(groups) == len(np.unique(linker.clusters))
    assert [groups[name] for name in ids] == linker.clusters.tolist()


def test_a_column_of_the_files_own_is_known(people: pa.Table) -> None:
    frame = pl.DataFrame(people).head(400)
    named = frame.rename({"last_name": "Nom", "first_name": "Prénom"})
    linker = Linker(link(named.to_arrow()))

    added = linker.add(named.slice(7, 1).to_arrow())

    assert added.cluster_ids[0] == linker.cluster_id(7)


def test_what_no_column_is_known_of_is_refused(known: Linkage) -> None:
    with pytest.raises(InvalidInput, match="None of the columns is known"):
        Linker(known).add(pa.table({"colour": ["red"]}))
    with pytest.raises(InvalidInput, match="no table 7"):
        Linker(known).add(pa.table({"first_name": ["Zoé"]}), source=7)
