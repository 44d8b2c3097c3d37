"""Write keys: made once, read by the collector, replaced, ended; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from passerelle.cli.sources import _KINDS, _SCOPES
from passerelle.collect import (
    KEY_KINDS,
    SCOPES,
    SOURCE_KINDS,
    KeyRules,
    SourceRef,
    add_key,
    disable_keys,
    list_keys,
    rotate_key,
)
from passerelle.ingest.access import AccessList
from passerelle.kernel import InvalidInput
from passerelle.store import Store

WEB = SourceRef("web", "browser")
FAR = 4_000_000_000_000_000  # microseconds: in 2096
RULES = KeyRules(origins=["https://WWW.enseigne.example/"], rate=50)


def access_of(store: Store) -> AccessList:
    access = AccessList(store.url)
    assert access.refresh()
    return access


def test_a_key_that_is_made_opens_the_door(store: Store) -> None:
    made = add_key(store, WEB, RULES, at=FAR)
    found = access_of(store).find(made.write_key)
    assert found is not None
    assert (found.source, found.kind, found.rate) == ("web", "browser", 50)
    assert found.scope == {"events"}
    assert found.origins == {"https://www.enseigne.example"}
    assert access_of(store).find("x" + made.write_key[1:]) is None


def test_the_key_itself_is_kept_nowhere(store: Store) -> None:
    made = add_key(store, WEB, RULES, at=FAR)
    assert made.write_key not in str(store.rows("select * from write_keys"))
    assert made.write_key not in repr(made)


def test_a_replaced_key_works_for_a_while(store: Store) -> None:
    old = add_key(store, WEB, RULES, at=FAR)
    new = rotate_key(store, "web", at=FAR, grace=timedelta(hours=1))
    access = access_of(store)
    assert [access.find(each.write_key) is not None for each in (old, new)] == [True, True]
    (listed,) = list_keys(store, at=FAR)
    assert (listed.keys, listed.rate, listed.ends_at) == (2, 50, None)
    (later,) = list_keys(store, at=FAR + 2 * 3_600_000_000)
    assert later.keys == 1
    gone = rotate_key(store, "web", at=1, grace=timedelta(0))  # long ago: nothing of it is left
    assert access_of(store).find(new.write_key) is None
    assert access_of(store).find(gone.write_key) is not None


def test_a_disabled_source_has_no_key_and_may_be_given_one(store: Store) -> None:
    old = add_key(store, WEB, RULES, at=1)
    assert disable_keys(store, "web", at=2) == 1
    assert access_of(store).find(old.write_key) is None
    (listed,) = list_keys(store, at=3)
    assert (listed.keys, listed.ends_at) == (0, 2)
    again = add_key(store, WEB, RULES, at=4)
    assert access_of(store).find(again.write_key) is not None


def test_a_second_key_beside_the_first_is_a_rotation(sqlite_store: Store) -> None:
    add_key(sqlite_store, WEB, RULES, at=1)
    with pytest.raises(InvalidInput, match="already"):
        add_key(sqlite_store, WEB, RULES, at=2)


@pytest.mark.parametrize(
    ("source", "rules", "said"),
    [
        (SourceRef("crm", "crm"), KeyRules(), "sends no events"),
        (WEB, KeyRules(scope=["everything"]), "no scope"),
        (WEB, KeyRules(origins=["www.enseigne.example"]), "An origin"),
        (WEB, KeyRules(origins=["https://a.example/path"]), "An origin"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(
    source: SourceRef, rules: KeyRules, said: str, sqlite_store: Store
) -> None:
    with pytest.raises(InvalidInput, match=said):
        add_key(sqlite_store, source, rules, at=1)


def test_only_a_source_with_a_key_can_lose_it(sqlite_store: Store) -> None:
    with pytest.raises(InvalidInput, match="no write key"):
        disable_keys(sqlite_store, "web", at=1)
    with pytest.raises(InvalidInput, match="no write key"):
        rotate_key(sqlite_store, "web", at=1)


def test_a_store_that_is_away_leaves_what_was_known(sqlite_store: Store) -> None:
    made = add_key(sqlite_store, WEB, RULES, at=1)
    access = access_of(sqlite_store)
    access._url = "sqlite:///nowhere/store.sqlite3"
    assert not access.refresh()
    assert access.find(made.write_key) is not None
    assert not AccessList("postgresql://nobody@127.0.0.1:1/none").refresh()


def test_the_command_line_offers_what_there_is() -> None:
    assert set(_KINDS) == set(KEY_KINDS) <= set(SOURCE_KINDS)
    assert set(_SCOPES) == set(SCOPES)
