"""An erasure beside a collector at work: its people go, what it receives meanwhile stays."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from pathlib import Path

from passerelle.ingest import LogEntry, LogReader, list_logs
from tests.integration.byte_search import search_home
from tests.integration.collector_process import RunningCollector, start_collector
from tests.integration.people_to_erase import Somebody, needles_of, some_people
from tests.integration.test_erasure_leaks import damages, erase, opened
from tests.journeys.command import passerelle
from tests.unit.ingest.door.asking import basic


def send(collector: RunningCollector, key: str, people: list[Somebody], mark: str) -> None:
    """Each logs in with their browser, as the site tells the collector."""
    batch = [
        {"type": "identify", "messageId": f"{mark}-{each.number}", "anonymousId": each.cookie,
         "userId": each.login, "traits": {"email": each.email}}
        for each in people
    ]  # fmt: skip
    connection = HTTPConnection("127.0.0.1", collector.port, timeout=60)
    headers = {**basic(key), "Content-Type": "application/json"}
    connection.request("POST", "/v1/batch", json.dumps({"batch": batch}), headers)
    assert connection.getresponse().status == 200
    connection.close()


def test_a_collector_at_work_loses_nothing_by_an_erasure(tmp_path: Path) -> None:
    home = tmp_path / "home"
    people = some_people(4)
    gone, staying = people[:2], people[2:]
    added = passerelle(home, "sources", "add", "web", "--kind", "browser", "--json")
    key = added.json["write_key"]
    collector = start_collector(home)
    try:
        send(collector, key, people, "before")
        assert passerelle(home, "collect", "follow", "--once").status == 0
        erase(opened(home), gone)
        send(collector, key, staying, "after")
    finally:
        collector.stop()

    assert search_home(home, needles_of(gone)) == set()
    assert damages(home) == []
    (log,) = list_logs(home / "collector" / "log")
    bodies = [each.reception.body for each in LogReader(log).read() if isinstance(each, LogEntry)]
    told = [event["messageId"] for body in bodies for event in json.loads(body)["batch"]]
    assert told == ["before-2", "before-3", "after-2", "after-3"]
    assert passerelle(home, "collect", "follow", "--once").status == 0
    assert opened(home).lake.row_count("events") == 4
