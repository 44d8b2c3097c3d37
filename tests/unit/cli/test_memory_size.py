"""Sizes of memory, as people write them."""

from __future__ import annotations

import click
import pytest

from passerelle.cli.memory_size import MemorySize


@pytest.mark.parametrize(
    ("said", "size"),
    [("4GB", 4_000_000_000), ("800 mb", 800_000_000), ("0.5GiB", 1 << 29), ("1000", 1_000)],
)
def test_a_size_is_read_in_bytes(said: str, size: int) -> None:
    assert MemorySize().convert(said, None, None) == size


@pytest.mark.parametrize("said", ["", "much", "-4GB", "4 apples", "GB"])
def test_what_is_no_size_is_refused(said: str) -> None:
    with pytest.raises(click.BadParameter):
        MemorySize().convert(said, None, None)
