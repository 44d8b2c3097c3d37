"""Clients of servers, as published, tell a running collector of visits: all of it is there once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clients.collector import Collector
from tests.clients.faults import TROUBLES, Fault, faulty_proxy
from tests.clients.visits import STEPS, assert_all_there_once

NPM = Path(__file__).parent / "npm"
ROOT = NPM.parents[2]
LONGEST_S = 120

_PYTHON = (sys.executable, "-m", "tests.clients.python_clients")
_NODE = ("node", str(NPM / "node_clients.mjs"))
CLIENTS = {
    "segment-python": (*_PYTHON, "segment"),
    "rudder-python": (*_PYTHON, "rudder"),
    "segment-node": (*_NODE, "segment"),
    "rudder-node": (*_NODE, "rudder"),
    "jitsu-node": (*_NODE, "jitsu"),
}
FAULTS: Mapping[str, tuple[Fault, ...]] = {"none": (), **TROUBLES}
NEVER_RETRIES = {"jitsu-node"}
REFUSED = {"busy": ["identify"], "failing": ["identify", "page"], "cut before": ["identify"]}
"""What a client that sends one event at a time, in order, and never again, loses of a visit."""


@dataclass(frozen=True)
class Visit:
    """How a visit went: the client's end, and what the collector answered it."""

    ended: subprocess.CompletedProcess[str]
    answers: list[int]


@pytest.fixture(scope="module")
def visits(collector: Collector, packages: Path) -> dict[str, Visit]:
    """A visit by each client in each trouble, several at a time: they mostly wait."""
    names = [f"{client} {trouble}" for client in CLIENTS for trouble in FAULTS]
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(names, pool.map(lambda name: tell(collector, name), names), strict=True))


def tell(collector: Collector, name: str) -> Visit:
    """Have a client tell of a visit, by a user who is called as the visit is."""
    client, _separator, trouble = name.partition(" ")
    key = collector.keys[source_of(client)]
    with faulty_proxy(collector.url, FAULTS[trouble]) as proxy:
        command = [*CLIENTS[client], proxy.url, key, name, str(STEPS)]
        ended = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
    return Visit(ended, proxy.answers)


def source_of(client: str) -> str:
    return client.partition("-")[0]


@pytest.mark.parametrize("client", [each for each in CLIENTS if each not in NEVER_RETRIES])
@pytest.mark.parametrize("trouble", FAULTS)
def test_whatever_happens_on_the_way_everything_arrives_once(
    collector: Collector, visits: dict[str, Visit], client: str, trouble: str
) -> None:
    visit = visits[f"{client} {trouble}"]

    assert visit.ended.returncode == 0, visit.ended.stderr
    assert_all_there_once(collector, source_of(client), f"{client} {trouble}")


@pytest.mark.parametrize("trouble", FAULTS)
def test_a_client_that_never_retries_loses_only_what_was_refused(
    collector: Collector, visits: dict[str, Visit], trouble: str
) -> None:
    missing = REFUSED.get(trouble, [])
    assert f"jitsu-node {trouble}" in visits
    assert_all_there_once(collector, "jitsu", f"jitsu-node {trouble}", missing=missing)


def test_what_is_taken_is_answered_200_and_nothing_else(visits: dict[str, Visit]) -> None:
    # One client sends again what was answered 202; others take a redirect for a success.
    assert {status for visit in visits.values() for status in visit.answers} == {200}
