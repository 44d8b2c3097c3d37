"""The tests that the maker of a client ships with it, run against a collector of ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.clients.collector import Collector
from tests.clients.to_collector import KEY, URL

ROOT = Path(__file__).parents[2]
# It gives up after 0.1 ms and expects that to be too short, which on one machine it is not.
NOT_OURS = "test_should_timeout"


def test_segments_python_client_passes_its_own_tests_on_us(
    collector: Collector, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.clients.to_collector"),
            *("-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)),
            *("--pyargs", "segment.analytics.test", "-k", f"not {NOT_OURS}"),
        ],
        cwd=ROOT,
        env={**os.environ, URL: collector.url, KEY: collector.keys["segment"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert re.search(r"\b139 passed, 1 deselected\b", done.stdout), done.stdout
    requests = collector.receptions("segment")
    assert len(requests) >= 40
