"""Where a lake may be kept, of what is written in PASSERELLE_LAKE_URL."""

from __future__ import annotations

import pytest

from passerelle.kernel import Misconfigured
from passerelle.lake import Lake


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket",
        "s3://bucket/a folder/été",
        "gs://bucket/lake",
        "az://container/lake",
        "abfss://container@account.dfs.core.windows.net/lake",
    ],
)
def test_a_bucket_and_a_folder_make_a_place(url: str) -> None:
    assert Lake(url).location == url


@pytest.mark.parametrize(
    "url",
    [
        "s3://AKIAKEY:s3cr3t@bucket/lake",
        "s3://AKIAKEY:s3/cr+3t@bucket/lake",
        "s3://AKIAKEY@bucket/lake",
        "s3://bucket/lake?X-Amz-Signature=s3cr3t",
        "s3://bucket/lake#s3cr3t",
        "abfss://container:s3cr3t@account.dfs.core.windows.net/lake",
        "abfss://container@account.dfs.core.windows.net/lake?sig=s3cr3t",
    ],
)
def test_a_key_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Misconfigured, match="more than a bucket and a folder") as told:
        Lake(url)

    assert not any(word in f"{told.value} {told.value.hint}" for word in ("AKIA", "s3cr3t", "cr+"))


@pytest.mark.parametrize("url", ["s3://", "s3:///lake", "gs://"])
def test_a_url_without_a_bucket_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="names no bucket"):
        Lake(url)
