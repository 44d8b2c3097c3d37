"""The vault: what was sealed opens for its person and field alone, until the key is destroyed."""

from __future__ import annotations

import base64
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.kernel import Misconfigured
from passerelle.store import (
    ERASED,
    AuditEntry,
    AuditSearch,
    Clear,
    FileMasterKeys,
    GivenMasterKeys,
    Sealed,
    Store,
    Vault,
    count_old_keys,
    list_audit,
    parse_master_keys,
    rotate_keys,
    write_audit,
)
from tests.conftest import NOW

SECRET = b"a secret of the tests, 32 bytes."
FIRST, SECOND = bytes(range(32)), bytes(range(1, 33))
MARIE, PAUL = -(2**63), 2**63 - 1


class Service:
    """A key management service: it keeps its keys wrapped and opens them when asked."""

    def __init__(self) -> None:
        self.opened = 0
        self._wrapped = {1: bytes(each ^ 0xFF for each in FIRST)}

    def read(self) -> Mapping[int, bytes]:
        self.opened += 1
        return {
            version: bytes(each ^ 0xFF for each in key) for version, key in self._wrapped.items()
        }

    def add(self) -> int:
        self._wrapped[2] = bytes(each ^ 0xFF for each in SECOND)
        return 2


@pytest.fixture
def vault() -> Vault:
    return Vault(GivenMasterKeys({1: FIRST}), SECRET)


def seal(store: Store, vault: Vault, person_id: int, field: str, text: str) -> str:
    with store.bulk() as bulk:
        return vault.seal(bulk, person_id, field, text)


def read(store: Store, vault: Vault, person_id: int, field: str, sealed: str) -> object:
    with store.reading() as reading:
        return vault.open(reading, person_id, field, sealed)


class TestSealing:
    def test_what_was_sealed_opens(self, store: Store, vault: Vault) -> None:
        sealed = seal(store, vault, MARIE, "email", "marie@exemple.fr")

        assert read(store, vault, MARIE, "email", sealed) == "marie@exemple.fr"
        assert "marie" not in sealed

    def test_many_are_sealed_with_one_key_each(self, store: Store, vault: Vault) -> None:
        people = [Clear(number % 700, "name", f"name {number}") for number in range(2000)]
        with store.bulk() as bulk:
            sealed = vault.seal_many(bulk, people)
        with store.reading() as reading:
            asked = [
                Sealed(each.person_id, each.field, text)
                for each, text in zip(people, sealed, strict=True)
            ]
            opened = vault.open_many(reading, asked)

        assert opened == [each.text for each in people]
        assert len(set(sealed)) == 2000
        assert store.rows("select count(*) as n from person_keys") == [{"n": 700}]

    @given(text=st.text(), field=st.text(max_size=20))
    @settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_every_text_comes_back(
        self, sqlite_store: Store, vault: Vault, text: str, field: str
    ) -> None:
        sealed = seal(sqlite_store, vault, MARIE, field, text)
        assert read(sqlite_store, vault, MARIE, field, sealed) == text

    def test_equal_values_are_sealed_differently(self, sqlite_store: Store, vault: Vault) -> None:
        one = seal(sqlite_store, vault, MARIE, "email", "marie@exemple.fr")
        assert seal(sqlite_store, vault, MARIE, "email", "marie@exemple.fr") != one

    def test_a_value_moved_to_another_field_or_person_does_not_open(
        self, sqlite_store: Store, vault: Vault
    ) -> None:
        sealed = seal(sqlite_store, vault, MARIE, "email", "marie@exemple.fr")
        seal(sqlite_store, vault, PAUL, "email", "paul@exemple.fr")

        with pytest.raises(Misconfigured):
            read(sqlite_store, vault, MARIE, "name", sealed)
        assert read(sqlite_store, vault, PAUL, "email", sealed) is ERASED

    def test_no_changed_byte_opens(self, sqlite_store: Store, vault: Vault) -> None:
        sealed = seal(sqlite_store, vault, MARIE, "email", "marie@exemple.fr")
        blob = base64.b64decode(sealed.removeprefix("v1."))
        for place in range(len(blob)):
            changed = bytearray(blob)
            changed[place] ^= 1
            text = "v1." + base64.b64encode(bytes(changed)).decode()
            if place < 8:  # the number of the key: no such key is there any more
                assert read(sqlite_store, vault, MARIE, "email", text) is ERASED
                continue
            with pytest.raises(Misconfigured):
                read(sqlite_store, vault, MARIE, "email", text)

    def test_a_value_that_was_never_sealed_is_not_read(
        self, sqlite_store: Store, vault: Vault
    ) -> None:
        seal(sqlite_store, vault, MARIE, "email", "marie@exemple.fr")
        for text in ("marie@exemple.fr", "v1.", "v1.AAAA", "v1.é"):
            with pytest.raises(Misconfigured):
                assert read(sqlite_store, vault, MARIE, "email", text) is not ERASED

    def test_a_key_moved_to_another_person_does_not_open(
        self, sqlite_store: Store, vault: Vault
    ) -> None:
        seal(sqlite_store, vault, MARIE, "email", "marie@exemple.fr")
        with sqlite_store.bulk() as bulk:
            bulk.execute("update person_keys set person_id = ?", (PAUL,))

        with pytest.raises(Misconfigured):
            seal(sqlite_store, vault, PAUL, "email", "paul@exemple.fr")


class TestShredding:
    def test_a_shredded_persons_values_are_erased_and_nobody_elses(
        self, store: Store, vault: Vault
    ) -> None:
        of_marie = seal(store, vault, MARIE, "email", "marie@exemple.fr")
        of_paul = seal(store, vault, PAUL, "email", "paul@exemple.fr")
        with store.bulk() as bulk:
            assert vault.shred(bulk, [MARIE, 5]) == 1

        assert read(store, vault, MARIE, "email", of_marie) is ERASED
        assert read(store, vault, PAUL, "email", of_paul) == "paul@exemple.fr"

    def test_who_comes_back_gets_another_key(self, store: Store, vault: Vault) -> None:
        before = seal(store, vault, MARIE, "email", "marie@exemple.fr")
        with store.bulk() as bulk:
            vault.shred(bulk, [MARIE])
        after = seal(store, vault, MARIE, "email", "marie@exemple.fr")

        assert read(store, vault, MARIE, "email", before) is ERASED
        assert read(store, vault, MARIE, "email", after) == "marie@exemple.fr"

    def test_the_audit_log_no_longer_tells_whom_it_was_about(
        self, sqlite_store: Store, vault: Vault
    ) -> None:
        entry = AuditEntry("anne", "profile.shown", (MARIE,), at=NOW)
        write_audit(sqlite_store, [entry], secret=SECRET)
        with sqlite_store.bulk() as bulk:
            vault.shred(bulk, [MARIE])

        assert list_audit(sqlite_store, AuditSearch(subject_id=MARIE), secret=SECRET) == []

    def test_an_erased_value_reads_as_such(self, in_french: None) -> None:
        assert str(ERASED) != "ERASED"
        assert not isinstance(ERASED, str)


class TestRotation:
    def test_values_open_after_it_and_need_the_new_key_alone(
        self, store: Store, tmp_path: Path
    ) -> None:
        masters = FileMasterKeys(tmp_path / "master.key")
        vault = Vault(masters, SECRET)
        sealed = seal(store, vault, MARIE, "email", "marie@exemple.fr")
        seal(store, vault, PAUL, "email", "paul@exemple.fr")

        assert rotate_keys(store, vault) == 2
        assert count_old_keys(store, vault) == 0
        newest = Vault(GivenMasterKeys({2: masters.read()[2]}), SECRET)
        assert read(store, newest, MARIE, "email", sealed) == "marie@exemple.fr"

    def test_one_that_was_stopped_goes_on(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("passerelle.store.vault.rotation._AT_ONCE", 10)
        masters = FileMasterKeys(tmp_path / "master.key")
        vault = Vault(masters, SECRET)
        with store.bulk() as bulk:
            sealed = vault.seal_many(bulk, [Clear(each, "n", f"v{each}") for each in range(35)])

        def stop_in_the_middle(done: int) -> None:
            if done == 20:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rotate_keys(store, vault, progress=stop_in_the_middle)
        assert count_old_keys(store, vault) == 15
        assert read(store, vault, 30, "n", sealed[30]) == "v30"

        assert rotate_keys(store, vault) == 15
        assert sorted(masters.read()) == [1, 2]
        assert count_old_keys(store, vault) == 0
        assert [read(store, vault, each, "n", sealed[each]) for each in (0, 34)] == ["v0", "v34"]

    def test_a_process_that_was_there_before_goes_on_reading(
        self, store: Store, tmp_path: Path
    ) -> None:
        before = Vault(FileMasterKeys(tmp_path / "master.key"), SECRET)
        sealed = seal(store, before, MARIE, "email", "marie@exemple.fr")
        rotate_keys(store, Vault(FileMasterKeys(tmp_path / "master.key"), SECRET))

        assert read(store, before, MARIE, "email", sealed) == "marie@exemple.fr"

    def test_keys_that_a_setting_holds_are_not_made_here(
        self, sqlite_store: Store, vault: Vault
    ) -> None:
        sealed = seal(sqlite_store, vault, MARIE, "email", "marie@exemple.fr")
        with pytest.raises(Misconfigured, match="setting"):
            rotate_keys(sqlite_store, vault)

        with_next = Vault(GivenMasterKeys({1: FIRST, 2: SECOND}), SECRET)
        assert rotate_keys(sqlite_store, with_next) == 1
        only_next = Vault(GivenMasterKeys({2: SECOND}), SECRET)
        assert read(sqlite_store, only_next, MARIE, "email", sealed) == "marie@exemple.fr"

    def test_nobody_has_a_key_yet(self, sqlite_store: Store, tmp_path: Path) -> None:
        vault = Vault(FileMasterKeys(tmp_path / "master.key"), SECRET)
        assert rotate_keys(sqlite_store, vault) == 0
        assert not (tmp_path / "master.key").exists()

    def test_a_service_is_asked_once_for_many_people(self, sqlite_store: Store) -> None:
        service = Service()
        vault = Vault(service, SECRET)
        with sqlite_store.bulk() as bulk:
            vault.seal_many(bulk, [Clear(each, "n", "v") for each in range(100)])
        asked = service.opened
        rotate_keys(sqlite_store, vault)

        assert asked <= 2
        assert count_old_keys(sqlite_store, Vault(service, SECRET)) == 0


class TestMasterKeys:
    def test_the_file_is_its_owners_alone(self, tmp_path: Path) -> None:
        masters = FileMasterKeys(tmp_path / "master.key")
        assert masters.read() == {}
        assert (masters.add(), masters.add()) == (1, 2)

        assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
        keys = masters.read()
        assert {len(key) for key in keys.values()} == {32}
        assert keys[1] != keys[2]

    def test_a_lost_master_key_is_not_replaced(self, store: Store, tmp_path: Path) -> None:
        vault = Vault(FileMasterKeys(tmp_path / "master.key"), SECRET)
        sealed = seal(store, vault, MARIE, "email", "marie@exemple.fr")
        (tmp_path / "master.key").unlink()
        vault = Vault(FileMasterKeys(tmp_path / "master.key"), SECRET)

        with pytest.raises(Misconfigured, match="gone"):
            seal(store, vault, PAUL, "email", "paul@exemple.fr")
        with pytest.raises(Misconfigured, match="gone"):
            read(store, vault, MARIE, "email", sealed)
        assert not (tmp_path / "master.key").exists()

    def test_another_master_key_is_told_from_its_own(self, sqlite_store: Store) -> None:
        sealed = seal(
            sqlite_store, Vault(GivenMasterKeys({1: FIRST}), SECRET), MARIE, "email", "m@x.fr"
        )
        with pytest.raises(Misconfigured, match="another master key"):
            read(sqlite_store, Vault(GivenMasterKeys({1: SECOND}), SECRET), MARIE, "email", sealed)

    def test_keys_are_read_from_lines_or_commas(self) -> None:
        one, two = (base64.b64encode(each).decode() for each in (FIRST, SECOND))
        assert parse_master_keys(f"2 {two}, 1 {one}", "x") == {1: FIRST, 2: SECOND}
        assert parse_master_keys(f"1 {one}\n2 {two}\n", "x") == {1: FIRST, 2: SECOND}

    @pytest.mark.parametrize("text", ["1", "1 c2hvcnQ=", "x AAAA", "AAAA", "1 é"])
    def test_keys_that_cannot_be_read_are_not_repeated(self, text: str) -> None:
        with pytest.raises(Misconfigured) as told:
            parse_master_keys(text, "the setting")
        assert "the setting" in told.value.message
        assert text.partition(" ")[2] not in told.value.message.split()

    def test_no_key_shows_in_what_is_printed(self, vault: Vault) -> None:
        assert "\\x01" not in repr(vault.masters)
        assert "marie" not in repr(Clear(MARIE, "email", "marie@exemple.fr"))


class TestBlindIndexes:
    def test_equal_values_of_one_field_are_equal_and_no_others(self, vault: Vault) -> None:
        index = vault.blind_index("email", "marie@exemple.fr")
        assert index == vault.blind_index("email", "marie@exemple.fr")
        assert index != vault.blind_index("login", "marie@exemple.fr")
        assert index != vault.blind_index("email", "marie@exemple.com")

    def test_they_outlive_a_rotation_and_depend_on_the_secret(self) -> None:
        one = Vault(GivenMasterKeys({1: FIRST}), SECRET)
        rotated = Vault(GivenMasterKeys({2: SECOND}), SECRET)
        other = Vault(GivenMasterKeys({1: FIRST}), b"another secret of the tests, 32.")
        index = one.blind_index("email", "marie@exemple.fr")

        assert rotated.blind_index("email", "marie@exemple.fr") == index
        assert other.blind_index("email", "marie@exemple.fr") != index
