"""Whatever stands in a table, linking ends: with an error that is meant, or with clusters."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.kernel import InvalidInput
from passerelle.linkage import Decisions, LinkageSpec, Linker, link

HEADERS = (
    "Nom",
    "first_name",
    "Date de naissance",
    "email",
    "Tél.",
    "CP",
    "adresse",
    "ville",
    "x",
    "",
)
CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "Martin", "martin", "01/02/1980", "1980-02-01", "a@b.fr", "0612345678"]
    ),
    st.sampled_from(
        ["مرحبا", "👩‍👩‍👧‍👦", "\u202eabc", "李小龙", "\x00", "'; drop table", "=cmd()"]
    ),
    st.text(max_size=30),
    st.integers().map(str),
    st.just("y" * 5_000),
)


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Columns of any names, rows of anything, some of them again and again."""
    names = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=6, unique=True))
    rows = draw(st.lists(st.tuples(*(CELLS for _name in names)), max_size=25))
    rows *= draw(st.integers(1, 3))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table(
        {
            name: pa.array(list(cells), pa.string())
            for name, cells in zip(names, columns, strict=True)
        }
    )


def check_clusters(clusters: np.ndarray, count: int) -> None:
    """Each record's cluster is called after its first record."""
    assert len(clusters) == count
    assert (clusters <= np.arange(count)).all()
    assert (clusters[clusters] == clusters).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(tables(), min_size=1, max_size=3), st.data())
def test_any_tables_are_refused_or_linked(given: list[pa.Table], data: st.DataObject) -> None:
    within = data.draw(st.booleans())
    clean = tuple(data.draw(st.sets(st.integers(0, len(given) - 1))))
    spec = LinkageSpec(within=within, decisions=Decisions(sources_without_duplicates=clean))
    try:
        found = link(given, spec)
    except InvalidInput as refused:
        assert refused.hint
        return
    count = sum(table.num_rows for table in given)
    check_clusters(found.clusters, count)
    check_clusters(found.households, count)
    assert (found.households[found.clusters] == found.households).all()
    for source in clean:
        start = sum(table.num_rows for table in given[:source])
        own = found.clusters[start : start + given[source].num_rows]
        assert len(np.unique(own)) == len(own)
    again = Linker(found).add(found.table.slice(0, 3))
    assert len(again.cluster_ids) == min(3, count)
