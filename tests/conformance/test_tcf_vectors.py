"""The 60 TC strings of the IAB's own encoder are read as it says, and written to the byte."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from passerelle.consent.signals import decode_tc, encode_tc

FILE = Path(os.environ["PASSERELLE_SHARED"]) / "data" / "fr" / "tcf23_vectors.json.gz"
VECTORS = json.loads(gzip.decompress(FILE.read_bytes()))


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_a_string_says_what_its_encoder_says(vector: dict[str, Any]) -> None:
    said = decode_tc(vector["tc"])
    assert said.cmp_id == int(vector["cmpId"])
    assert said.cmp_version == int(vector["cmpVersion"])
    assert said.language == vector["consentLanguage"]
    assert said.vendor_list_version == int(vector["vendorListVersion"])
    assert said.policy_version == int(vector["policyVersion"])
    assert said.publisher_country == vector["publisherCountryCode"]
    assert f"{said.created:%Y-%m-%dT%H:%M:%S}.000Z" == vector["created"]
    assert said.is_service_specific == vector["isServiceSpecific"]
    assert ("not_service_specific" in said.flaws) == (not said.is_service_specific)
    assert said.purpose_consents == set(vector["purposeConsents"])
    assert said.purpose_interests == set(vector["purposeLegitimateInterests"])
    assert said.special_features == set(vector["specialFeatureOptins"])
    assert said.vendor_consents == set(vector["vendorConsents"])
    assert said.vendor_interests == set(vector["vendorLegitimateInterests"])
    assert said.disclosed_vendors == set(vector["vendorsDisclosed"])
    assert encode_tc(said) == vector["tc"]
