"""What every layout of a known export promises, held for each file of its folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

from passerelle.collect.fields import fields_of
from passerelle.collect.mapping import (
    Layout,
    apply_mapping,
    list_layouts,
    parse_mapping,
    propose_mapping,
)
from passerelle.files import ROW_NUMBER, open_table
from tests.contracts.samples import docstring, list_samples

LAYOUTS = list_layouts()
SAMPLES = list_samples("exports")
every_layout = pytest.mark.parametrize("name", LAYOUTS)


def samples_of(name: str) -> list[Path]:
    """Its sample files start with its name."""
    return [path for path in SAMPLES if path.name.startswith(name)]


def header(layout: Layout) -> list[str]:
    return list(dict.fromkeys([*layout.fields, *(c for each in layout.signatures for c in each)]))


@every_layout
def test_it_says_whose_export_it_is_and_where_its_headers_were_read(name: str) -> None:
    assert LAYOUTS[name].label
    assert "Source" in docstring("passerelle.collect.mapping.layouts", "layouts", name)


@every_layout
def test_it_fills_known_fields_only(name: str) -> None:
    layout = LAYOUTS[name]

    fed = {field for header in layout.fields for field in layout.meaning(header)[1]}

    assert fed <= set(fields_of(layout.kind))
    assert len(fed) > 1


@every_layout
def test_it_knows_every_header_of_its_signatures(name: str) -> None:
    layout = LAYOUTS[name]

    for signature in layout.signatures:
        assert all(layout.meaning(header)[0] for header in signature), signature
        assert layout.recognises(signature) == len(signature)


@every_layout
def test_it_has_a_sample_with_its_real_headers(name: str) -> None:
    assert samples_of(name), f"add tests/samples/exports/{name}.csv"


@every_layout
def test_its_samples_are_recognised_as_it_and_as_no_other(name: str) -> None:
    for path in samples_of(name):
        table = open_table(path)

        mapping = propose_mapping(table.columns, table.sample(), kind=LAYOUTS[name].kind)

        assert mapping.layout == name, path.name
        rivals = {n: one.recognises(table.columns) for n, one in LAYOUTS.items() if n != name}
        assert max(rivals.values(), default=0) < LAYOUTS[name].recognises(table.columns), rivals


@every_layout
def test_a_column_more_or_another_order_of_columns_changes_nothing(name: str) -> None:
    for path in samples_of(name):
        columns = open_table(path).columns
        found = LAYOUTS[name].recognises(columns)

        assert LAYOUTS[name].recognises([*reversed(columns), "Note of the shop"]) == found


@every_layout
def test_its_samples_give_values_and_only_to_the_fields_it_names(name: str) -> None:
    layout = LAYOUTS[name]
    for path in samples_of(name):
        table = open_table(path)
        mapping = propose_mapping(table.columns, table.sample(), kind=layout.kind)

        rows = apply_mapping(mapping, table.sample())

        told = [each for each in rows.columns if rows[each].null_count() < rows.height]
        assert rows.height == table.sample().height > 0
        assert {"email", "phone_mobile", "address_1", "receipt_id"} & set(told), path.name
        by_layout = {field for c in table.columns for field in layout.meaning(c)[1]}
        assert by_layout <= set(mapping.fields())


@every_layout
def test_a_mapping_that_was_written_out_reads_its_samples_alike(name: str) -> None:
    for path in samples_of(name):
        table = open_table(path)
        mapping = propose_mapping(table.columns, table.sample(), kind=LAYOUTS[name].kind)

        again = parse_mapping(tomllib.loads(mapping.to_toml()))

        sample = table.sample()
        assert apply_mapping(again, sample).equals(apply_mapping(mapping, sample))


@every_layout
def test_it_claims_no_table_of_anybody_else(name: str) -> None:
    assert LAYOUTS[name].recognises([]) == 0
    assert LAYOUTS[name].recognises(["Nom", "Prénom", "CP", "Ville", "Courriel"]) == 0
    strangers = [path for path in SAMPLES if not any(map(path.name.startswith, LAYOUTS))]
    assert all(LAYOUTS[name].recognises(open_table(path).columns) == 0 for path in strangers)


@every_layout
def test_an_empty_export_is_recognised_too(name: str) -> None:
    layout = LAYOUTS[name]
    columns = header(layout)
    cells = dict.fromkeys(columns, pl.String)
    nobody = pl.DataFrame(schema={**cells, ROW_NUMBER: pl.Int64})

    mapping = propose_mapping(columns, nobody, kind=layout.kind)

    assert mapping.layout == name
    assert apply_mapping(mapping, nobody).height == 0
