"""Records that an engine blocks and compares are linked as on one machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from passerelle.engine import DataFile, Engine, open_engine
from passerelle.kernel import InvalidInput
from passerelle.linkage import (
    Decisions,
    EngineLinkage,
    Labels,
    Linkage,
    LinkageSpec,
    link,
    link_on_engine,
)
from passerelle.linkage.grouping import find_households
from passerelle.simulate import RetailerSpec, simulate_retailer


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[pa.Table]:
    """Two files of a small retailer."""
    folder = tmp_path_factory.mktemp("retailer")
    simulate_retailer(RetailerSpec(customers=1_500, seed=4), folder)
    crm = pl.read_csv(
        Path(folder, "crm_customers.csv").read_bytes().decode("cp1252").encode(),
        separator=";",
        infer_schema=False,
    )
    shop = pl.read_csv(
        folder / "webshop_customers.csv", infer_schema=False, truncate_ragged_lines=True
    )
    return [crm.drop("N° client").to_arrow(), shop.drop("Customer ID").to_arrow()]


@pytest.fixture(scope="module")
def spec(tables: list[pa.Table]) -> LinkageSpec:
    """What a sample taught."""
    return link([table.slice(0, 700) for table in tables]).spec


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    url = request.getfixturevalue("spark_url") if request.param == "spark" else ""
    spill = str(tmp_path_factory.mktemp("spill"))
    return open_engine(url, memory_limit="1GB", threads=2, spill=spill)


def aligned(here: Linkage) -> pa.Table:
    """The records in any order, with their positions as ids."""
    records = pl.DataFrame(here.table).with_columns(
        pl.Series("record_id", np.arange(here.records.count)),
        pl.Series("source", here.records.sources),
    )
    return records.sample(fraction=1.0, shuffle=True, seed=3).to_arrow()


def assert_same(here: Linkage, there: EngineLinkage) -> None:
    """Fail unless both found the same links, persons and households."""
    scores, pairs = here.scores, here.pairs
    kept = np.flatnonzero((scores.person >= 0) | (scores.household >= 0))
    kept = kept[np.lexsort((pairs.right[kept], pairs.left[kept]))]
    assert there.left.tolist() == pairs.left[kept].tolist()
    assert there.right.tolist() == pairs.right[kept].tolist()
    assert np.allclose(there.person, scores.person[kept], atol=1e-5)
    assert np.allclose(there.household, scores.household[kept], atol=1e-5)
    assert (there.patterns == here.patterns[kept]).all()
    assert (there.clusters == here.clusters).all()
    by_links = find_households(
        here.model, (pairs.left, pairs.right), scores.household, here.clusters
    )
    assert (there.households == by_links).all()


def test_links_and_clusters_are_those_of_one_machine(
    tables: list[pa.Table], spec: LinkageSpec, engine: Engine, tmp_path: Path
) -> None:
    here = link(tables, spec)
    file = tmp_path / "records.parquet"
    pl.DataFrame(aligned(here)).write_parquet(file)

    there = link_on_engine(engine, DataFile(file), here.spec)

    assert np.bincount(here.clusters).max() >= 3
    assert_same(here, there)


@pytest.mark.parametrize(
    "change",
    [
        {"within": False},
        {"between": False},
        {"largest_group": 5},
        {"decisions": Decisions(sources_without_duplicates=(0,))},
        {"decisions": Decisions(same=np.array([[900, 3]], np.int32))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_may_pair_and_what_was_decided_holds_there_too(
    tables: list[pa.Table], spec: LinkageSpec, engine: Engine, change: dict[str, object]
) -> None:
    here = link(tables, replace(spec, **change))  # type: ignore[arg-type]

    assert_same(here, link_on_engine(engine, aligned(here), here.spec))


def test_ids_need_not_be_positions(
    tables: list[pa.Table], spec: LinkageSpec, engine: Engine
) -> None:
    here = link(tables, spec)
    records = pl.DataFrame(aligned(here)).with_columns(pl.col("record_id") * 7 - 2**40)

    there = link_on_engine(engine, records.to_arrow(), spec)

    assert there.record_ids[:2].tolist() == [-(2**40), 7 - 2**40]
    assert_same(here, there)


def test_a_spec_that_was_not_learned_is_refused(
    tables: list[pa.Table], spec: LinkageSpec, engine: Engine
) -> None:
    none = np.empty(0, np.int32)
    for unlearned in (LinkageSpec(), replace(spec, labels=Labels(none, none, none.astype(bool)))):
        with pytest.raises(InvalidInput, match="learned before"):
            link_on_engine(engine, tables[0], unlearned)


@pytest.mark.parametrize("ids", [[1, 1], [1, None]])
def test_an_id_that_names_no_record_or_two_is_refused(
    spec: LinkageSpec, engine: Engine, ids: list[int | None]
) -> None:
    records = pa.table({"record_id": pa.array(ids, pa.int64()), "source": [0, 0]})

    with pytest.raises(InvalidInput, match="id is missing or is there twice"):
        link_on_engine(engine, records, spec)
