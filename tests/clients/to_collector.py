"""A pytest plug-in that leads segment-analytics-python's own tests to a collector of ours.

The tests write to the maker's host with a key of its own; both are replaced below `requests`, where
they do not look.
"""

from __future__ import annotations

import base64
import os
import sys
import unittest.mock
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from segment.analytics import request as client

MAKERS_HOST = "https://api.segment.io"
URL = "PASSERELLE_TEST_COLLECTOR"
KEY = "PASSERELLE_TEST_WRITE_KEY"


class ToCollector(HTTPAdapter):
    """Sends to the collector what was meant for the maker."""

    def send(self, request: PreparedRequest, *given: Any, **options: Any) -> Response:
        target = urlsplit(os.environ[URL])
        given_url = urlsplit(str(request.url))
        request.url = urlunsplit((target.scheme, target.netloc, *given_url[2:]))
        basic = base64.b64encode(f"{os.environ[KEY]}:".encode()).decode()
        request.headers["Authorization"] = f"Basic {basic}"
        options["proxies"] = {}
        return super().send(request, *given, **options)


def pytest_configure() -> None:
    """Once, before any test."""
    sys.modules.setdefault("mock", unittest.mock)  # the same, under its name outside the library
    client._session.trust_env = False
    client._session.mount(MAKERS_HOST, ToCollector())
