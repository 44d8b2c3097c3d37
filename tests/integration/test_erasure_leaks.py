"""After an erasure nothing of the people is anywhere; before it, the same search finds them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.consent import (
    RequestBook,
    answer_erasures,
    answer_request,
    find_unlisted_files,
    list_requests,
)
from passerelle.identify import get_profile_id
from passerelle.ingest import Damage, LogReader, list_logs
from passerelle.settings import read_settings
from passerelle.store import Store
from tests.integration.byte_search import search_home, search_postgresql
from tests.integration.people_to_erase import Somebody, live, needles_of, some_people
from tests.journeys.command import environment, start_passerelle

_ERASED, _STAYING = 50, 6
_ON_POSTGRESQL = 8


def opened(home: Path, **settings: str) -> Passerelle:
    """The installation as the tests' commands have it."""
    return open_passerelle(read_settings({**environment(home), **settings}))


def ask_for_erasure(passerelle: Passerelle, people: list[Somebody]) -> RequestBook:
    """Receive requests of some people, each proved."""
    book = RequestBook(passerelle.store, passerelle.rights.audit, "test")
    for each in people:
        profile = get_profile_id(passerelle.store, passerelle.keys, each.email)
        request = book.receive("erase", profile, at=passerelle.clock())
        book.prove(request, "logged_in", at=passerelle.clock())
    return book


def erase(passerelle: Passerelle, people: list[Somebody]) -> None:
    """Erase some people, to the end."""
    book = ask_for_erasure(passerelle, people)
    erased = answer_erasures(passerelle.rights, book, list_requests(passerelle.store))
    assert erased is not None
    assert erased.remaining == {}
    assert erased.is_whole


def hand_over(passerelle: Passerelle, somebody: Somebody) -> None:
    """Leave an access archive in the home folder."""
    book = RequestBook(passerelle.store, passerelle.rights.audit, "test")
    profile = get_profile_id(passerelle.store, passerelle.keys, somebody.email)
    request = book.receive("access", profile, at=passerelle.clock())
    request = book.prove(request, "logged_in", at=passerelle.clock())
    assert answer_request(passerelle.rights, book, request).archive is not None


def test_no_byte_of_erased_people_is_left_even_after_a_restore(tmp_path: Path) -> None:
    home, backup = tmp_path / "home", tmp_path / "backup"
    people = some_people(_ERASED + _STAYING)
    gone, staying = people[:_ERASED], people[_ERASED:]
    live(home, tmp_path / "files", people)
    passerelle = opened(home)
    hand_over(passerelle, gone[0])
    needles = needles_of(gone)
    before = search_home(home, needles)
    assert {found.whose for found in before} == {str(each.number) for each in gone}
    assert {place_kind(found.place) for found in before} >= {
        "collector", "lake/records", "lake/events", "rights", "store.sqlite3",
    }  # fmt: skip
    assert {"written", "name key"} <= {found.form for found in before}
    shutil.copytree(home, backup)

    erase(passerelle, gone)

    assert search_home(home, needles) == set()
    assert {found.whose for found in search_home(home, needles_of(staying))} == {
        str(each.number) for each in staying
    }
    assert find_unlisted_files(home) == []
    assert damages(home) == []

    restore(backup, home)
    assert search_home(home, needles) != set()
    run_anew(home, "rights", "list")
    assert search_home(home, needles) == set()

    shutil.rmtree(home / "lake")  # the lake alone is put back: no number of the store tells
    shutil.copytree(backup / "lake", home / "lake")
    assert search_home(home, needles) != set()
    run_anew(home, "rights", "replay-tombstones", "--everything")
    assert search_home(home, needles) == set()


def test_no_row_of_erased_people_is_left_on_postgresql(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    url = {"PASSERELLE_DATABASE_URL": postgres_url}
    monkeypatch.setattr("tests.journeys.command.environment", lambda at: {**environment(at), **url})
    people = some_people(_ON_POSTGRESQL)
    gone = people[:-2]
    live(home, tmp_path / "files", people, with_nameless_keys=False)
    passerelle = opened(home, **url)
    needles = needles_of(gone)
    analyse(passerelle.store)
    assert {found.place for found in search_postgresql(passerelle.store, needles)} >= {
        "identifiers", "records", "quarantined_rows", "pg_stats",
    }  # fmt: skip

    erase(passerelle, gone)

    assert search_postgresql(passerelle.store, needles) == set()
    assert search_home(home, needles) == set()


def run_anew(home: Path, *arguments: str) -> None:
    """Run a command in a process of its own, as after a restore."""
    process = start_passerelle(home, *arguments)
    _out, err = process.communicate()
    assert process.returncode == 0, err


def place_kind(place: str) -> str:
    """A place without the names of its files."""
    parts = place.split("/")
    return "/".join(parts[:2]) if parts[0] == "lake" else parts[0]


def damages(home: Path) -> list[Damage]:
    """What of the event log cannot be read."""
    return [
        each
        for log in list_logs(home / "collector" / "log")
        for each in LogReader(log).read()
        if isinstance(each, Damage)
    ]


def restore(backup: Path, home: Path) -> None:
    """Put a backup back in the place of everything but the journal of tombstones."""
    for path in home.iterdir():
        if path.name != "tombstones.jsonl":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(backup, home, dirs_exist_ok=True)


def analyse(store: Store) -> None:
    """Have the server note the values that columns hold."""
    store.scrub(["identifiers", "records"])
