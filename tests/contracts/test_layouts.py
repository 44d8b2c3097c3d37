"""Every layout of a known export keeps the contract of its kind."""

from pathlib import Path

import pytest

from passerelle.collect.fields import fields_of
from passerelle.collect.mapping import list_layouts

SAMPLES = Path(__file__).parents[1] / "samples" / "exports"


@pytest.mark.parametrize("name", sorted(list_layouts()))
def test_a_layout_names_known_fields_only(name: str) -> None:
    layout = list_layouts()[name]

    fed = {field for header in layout.fields for field in layout.meaning(header)[1]}

    assert fed <= set(fields_of(layout.kind))


@pytest.mark.parametrize("name", sorted(list_layouts()))
def test_a_layout_knows_every_header_of_its_signatures(name: str) -> None:
    layout = list_layouts()[name]

    for signature in layout.signatures:
        assert all(layout.meaning(header)[0] for header in signature), signature
        assert layout.recognises(signature) == len(signature)


@pytest.mark.parametrize("name", sorted(list_layouts()))
def test_a_layout_has_a_sample_with_its_real_headers(name: str) -> None:
    assert list(SAMPLES.glob(f"{name}*")), f"add tests/samples/exports/{name}.csv"
