"""A real collector shows somebody while the gate gives leave, and no more once it is withdrawn."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from tests.integration.collector_process import RunningCollector, start_collector
from tests.journeys.command import passerelle
from tests.unit.ingest.door.asking import basic

CARD = "2999123456789"
_SECONDS = 60
_RECORDS = (
    f"record_key;first_name;last_name;email;loyalty_card\n1;Marie;Durand;marie@exemple.fr;{CARD}\n"
)


def test_a_withdrawal_hides_somebody_from_the_next_call_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    key = make_town(home, tmp_path)
    collector = start_collector(home)
    try:
        assert ask(collector, key)["status"] == "recognised"
        say(home, "informed", "--notice", "account@1")
        shown = ask(collector, key)
        say(home, "withdrawn")
        hidden = ask(collector, key)
    finally:
        status, _said = collector.stop()

    assert shown["status"] == "known"
    assert shown["permission"]["purpose"] == "orders"
    assert shown["permission"]["proof"].startswith("v_")
    assert [each["type"] for each in shown["identifiers"]] == ["email", "loyalty_card"]
    assert hidden["status"] == "recognised"
    assert hidden["identifiers"] == []
    assert {hidden["profile_id"], hidden["permission"]} == {None}
    assert status == 0


def make_town(home: Path, folder: Path) -> str:
    """Somebody with a card, under the usual policy; answers a till's key."""
    file = folder / "crm.csv"
    file.write_text(_RECORDS, encoding="utf-8")
    policy = folder / "consent.toml"
    policy.write_text(run(home, "consent", "policy", "show"), encoding="utf-8")
    run(home, "records", "import", file, "--source", "crm", "--kind", "crm", "--resolve")
    run(home, "consent", "policy", "apply", policy)
    added = run(home, "sources", "add", "shop", "--kind", "till", "--scope", "profile", "--json")
    return str(json.loads(added)["write_key"])


def say(home: Path, decision: str, *more: str) -> None:
    run(home, "consent", "record", "loyalty_card", CARD, "--purpose", "orders", "--channel",
        "store", "--decision", decision, "--method", "store", "--source", "shop", *more)  # fmt: skip


def run(home: Path, *arguments: object) -> str:
    told = passerelle(home, *arguments)
    assert told.status == 0, told.err
    return told.out


def ask(collector: RunningCollector, key: str) -> Any:
    query = urllib.parse.urlencode({"type": "loyalty_card", "value": CARD})
    request = urllib.request.Request(
        f"http://127.0.0.1:{collector.port}/v1/profile?{query}", headers=basic(key)
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        return json.load(answer)
