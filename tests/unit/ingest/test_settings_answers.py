"""What browser SDKs are told before they send: to go on speaking to us, and to nobody else."""

from __future__ import annotations

import json
from pathlib import Path

from passerelle.ingest.door.settings_answers import (
    Address,
    read_sdk_files,
    rudder_source_config,
    segment_settings,
)

ADDRESS = Address("data.shop.example:8443", "https")


def test_segments_client_is_told_to_send_to_us_and_not_to_report_on_itself() -> None:
    said = json.loads(segment_settings("KEY", ADDRESS))

    # The shape that the recorded client was answered with.
    assert said["integrations"]["Segment.io"] == {
        "apiKey": "KEY",
        "unbundledIntegrations": [],
        "addBundledMetadata": True,
        "maybeBundledConfigIds": {},
        "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
        "apiHost": "data.shop.example:8443/v1",
        "protocol": "https",
    }
    allowed = {"__default": {"enabled": True, "integrations": {}}}
    assert said["plan"] == {"track": allowed, "identify": allowed, "group": allowed}
    assert said["metrics"]["sampleRate"] == 0


def test_segments_consent_wrapper_is_told_the_categories() -> None:
    said = json.loads(segment_settings("KEY", ADDRESS, consent_categories=["Advertising"]))
    assert said["consentSettings"] == {
        "allCategories": ["Advertising"],
        "hasUnmappedDestinations": True,
    }


def test_rudderstacks_client_is_told_to_send_to_us_and_not_to_report_on_itself() -> None:
    source = json.loads(rudder_source_config("KEY", "site", ADDRESS, changed="2026-11-23"))[
        "source"
    ]

    assert source["writeKey"] == "KEY" and source["enabled"] is True
    assert source["destinations"] == [] and source["connections"] == []
    silent = {"enabled": False}
    assert source["config"]["statsCollection"] == {"errors": silent, "metrics": silent}


def test_files_of_sdks_go_by_the_names_of_their_packages(tmp_path: Path) -> None:
    for name in ("standalone.js", "407.bundle.61efa1ac.js", "p.js.txt", "secret.key"):
        (tmp_path / name).write_text(name)

    assert read_sdk_files(tmp_path) == {
        "analytics.min.js": b"standalone.js",
        "407.bundle.61efa1ac.js": b"407.bundle.61efa1ac.js",
        "p.js": b"p.js.txt",
    }


def test_without_a_folder_there_are_no_files(tmp_path: Path) -> None:
    assert read_sdk_files(tmp_path / "nowhere") == {}
    assert read_sdk_files(None) == {}
