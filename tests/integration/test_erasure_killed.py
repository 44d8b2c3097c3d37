"""Killed at any instant and run again, an erasure ends as if nothing had happened."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from passerelle.consent import TombstoneJournal, list_requests
from tests.integration.byte_search import search_home
from tests.integration.import_states import Kill, Spawner
from tests.integration.people_to_erase import live, needles_of, some_people
from tests.integration.test_erasure_leaks import ask_for_erasure, damages, opened

KILLS = int(os.environ.get("PASSERELLE_TEST_KILLS", "24"))
_PEOPLE = 5


@pytest.fixture
def spawner() -> Iterator[Spawner]:
    with Spawner() as running:
        yield running


def test_an_erasure_killed_many_times_is_as_if_never_killed(
    tmp_path: Path, spawner: Spawner
) -> None:
    home, rng = tmp_path / "home", random.Random(3)
    people = some_people(_PEOPLE)
    gone = people[:-1]
    live(home, tmp_path / "files", people, with_nameless_keys=False)
    ask_for_erasure(opened(home), gone)
    job = {"kind": "erase", "home": str(home)}

    killed = 0
    answer = None
    for number in range(KILLS):
        # After the next place that is done, or anywhere in between.
        after = Kill("reached", 1, rng.uniform(0, 0.004))
        anywhere = Kill("start", 1, rng.uniform(0.02, 0.3))
        answer = spawner.run(job, after if number % 3 else anywhere).answer
        if answer is not None:
            break
        killed += 1
        assert damages(home) == []
    answer = spawner.run(job).answer if answer is None else answer

    passerelle = opened(home)
    assert killed > 5
    assert answer == {}
    assert search_home(home, needles_of(gone)) == set()
    assert search_home(home, needles_of(people[-1:])) != set()
    assert [each.state for each in list_requests(passerelle.store)] == ["done"] * len(gone)
    journal = TombstoneJournal(passerelle.settings.tombstones_file, passerelle.keys)
    assert [each.number for each in journal.read()] == [1, 2, 3, 4]
    suppressed = passerelle.store.rows("select count(*) as n from suppressions")
    assert suppressed[0]["n"] == len(gone)
