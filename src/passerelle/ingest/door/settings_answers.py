"""What browser SDKs ask for before they send: their settings and, where kept here, their files.

Pure functions: the door finds the write key and says under which address it was reached, so that
an SDK goes on speaking to the same first-party host and to nobody else.

Source: requests and answers recorded from the clients (shared facts, collector.md, 2.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

# What each SDK calls its file, and what its npm package does.
_NAMES = {"standalone.js": "analytics.min.js", "p.js.txt": "p.js"}
_SDK_PATH = re.compile(
    r"/analytics\.js/v1/[^/]+/(analytics\.min\.js)"
    r"|/analytics-next/bundles/([A-Za-z0-9.\-]+\.js)"
    r"|/(?:v3/(?:modern|legacy)/)?(p\.js|rsa\.min\.js)"
)


@dataclass(frozen=True)
class Address:
    """Where a request reached the collector, as its sender sees it.

    Args:
        host: Host and port, and the path in front if a proxy adds one: `data.shop.example`.
        scheme: `https`, or `http` on a machine of one's own.
    """

    host: str
    scheme: str = "https"


def segment_settings(
    write_key: str, address: Address, *, consent_categories: Sequence[str] = ()
) -> bytes:
    """The answer to `GET /v1/projects/<write key>/settings`, as JSON.

    Args:
        write_key: That of the address.
        address: Where the SDK reached us.
        consent_categories: Those that Segment's consent wrapper may ask about; none: whichever
            the page's banner knows.
    """
    allowed: dict[str, object] = {"__default": {"enabled": True, "integrations": {}}}
    answer = {
        "integrations": {
            "Segment.io": {
                "apiKey": write_key,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
                "apiHost": f"{address.host}/v1",
                "protocol": address.scheme,
            }
        },
        "plan": {"track": allowed, "identify": allowed, "group": allowed},
        # Without these two the SDK reports on itself to its maker.
        "metrics": {"sampleRate": 0, "host": f"{address.host}/v1"},
        "consentSettings": {
            "allCategories": list(consent_categories),
            "hasUnmappedDestinations": True,
        },
    }
    return msgspec.json.encode(answer)


def rudder_source_config(write_key: str, source: str, address: Address, *, changed: str) -> bytes:
    """The answer to `GET /sourceConfig/`, as JSON.

    Args:
        write_key: That of the query.
        source: The name of its source.
        address: Where the SDK reached us.
        changed: When the source was last changed, ISO 8601.
    """
    silent = {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    answer = {
        "source": {
            "id": source,
            "name": source,
            "writeKey": write_key,
            "enabled": True,
            "workspaceId": "passerelle",
            "config": {"statsCollection": silent},
            "destinations": [],
            "connections": [],
            "dataplanes": {},
            "dataplaneUrl": f"{address.scheme}://{address.host}",
        },
        "updatedAt": changed,
    }
    return msgspec.json.encode(answer)


def read_sdk_files(folder: Path | None) -> dict[str, bytes]:
    """The SDKs' files that the operator put in a folder, by the name they are asked for.

    Files keep the names of their npm package (`standalone.js` and its bundles, `p.js.txt`) or
    have that of the address (`analytics.min.js`, `p.js`, `rsa.min.js`). No folder: no files.
    """
    if folder is None or not folder.is_dir():
        return {}
    scripts = [path for path in sorted(folder.iterdir()) if path.name.endswith((".js", ".js.txt"))]
    return {_NAMES.get(path.name, path.name): path.read_bytes() for path in scripts}


def find_sdk_file(files: Mapping[str, bytes], path: str) -> bytes | None:
    """The file that an address names, if it is one of an SDK's and the operator has it.

    >>> files = {"analytics.min.js": b"1", "407.bundle.61ef.js": b"2"}
    >>> find_sdk_file(files, "/analytics.js/v1/KEY/analytics.min.js")
    b'1'
    >>> find_sdk_file(files, "/analytics-next/bundles/407.bundle.61ef.js")
    b'2'
    >>> find_sdk_file(files, "/analytics-next/bundles/../secret.key")
    """
    found = _SDK_PATH.fullmatch(path)
    name = next(filter(None, found.groups()), "") if found else ""
    return files.get(name)
