"""The tag and the banner that are shipped are small, and are what their sources build to."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from passerelle.ingest.tag import read_script
from tools.tag import BANNER, BUNDLES, Bundle, build

LARGEST = 4 * 1024  # what the pages about it say
LARGEST_BANNER = 6 * 1024


def test_the_tag_is_small() -> None:
    assert len(read_script().gzipped) < LARGEST


def test_the_banner_is_small() -> None:
    assert len(gzip.compress(BANNER.built.read_bytes(), 9)) < LARGEST_BANNER


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.built.name)
def test_what_is_shipped_is_built_from_the_sources_beside_it(
    packages: Path, bundle: Bundle
) -> None:
    assert bundle.built.read_bytes() == build(bundle)
