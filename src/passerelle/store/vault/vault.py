"""Seal and open personal values, and destroy a person's key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_bytes
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _
from passerelle.store.audit import forget_audit_subjects
from passerelle.store.bulk import BulkSession
from passerelle.store.vault.ciphers import (
    generation_of,
    index_of,
    new_generation,
    open_text,
    seal_text,
    unwrap_key,
    wrap_key,
)
from passerelle.store.vault.master_keys import KEY_BYTES, MasterKeys
from passerelle.store.vault.person_keys import (
    WrappedKey,
    drop_keys,
    find_keys,
    has_keys,
    put_keys,
)


class Erased:
    """What is read where the person's key was destroyed: there was a value, and it is gone."""

    def __str__(self) -> str:
        return _("erased")


ERASED: Final = Erased()


@dataclass(frozen=True, repr=False)
class Clear:
    """A value to seal. `person_id` is whose it is: an id that merges leave as it is."""

    person_id: int
    field: str
    text: str


@dataclass(frozen=True)
class Sealed:
    """A value to open, with whose and what it is."""

    person_id: int
    field: str
    text: str


@dataclass(frozen=True)
class _PersonKey:
    generation: int
    cipher: AESGCM


class Vault:
    """Seals values with a key per person, which a master key wraps.

    Args:
        masters: The master keys.
        secret: The installation's: blind indexes are keyed with it, which no rotation changes.
    """

    def __init__(self, masters: MasterKeys, secret: bytes) -> None:
        self.masters = masters
        self._secret = secret
        self._known: dict[int, AESGCM] = {}

    def seal(self, bulk: BulkSession, person_id: int, field: str, text: str) -> str:
        """One value as the database is to keep it, in the open transaction."""
        return self.seal_many(bulk, [Clear(person_id, field, text)])[0]

    def seal_many(self, bulk: BulkSession, values: Sequence[Clear]) -> list[str]:
        """Values as the database is to keep them, in their order; whoever has no key gets one.

        Raises:
            Misconfigured: The master key is gone, or is not the one the store began with.
        """
        keys = self._keys(bulk, (each.person_id for each in values), are_made=True)
        return [
            seal_text(
                keys[each.person_id].cipher,
                each.text,
                person_id=each.person_id,
                field=each.field,
                generation=keys[each.person_id].generation,
            )
            for each in values
        ]

    def open(self, reading: BulkSession, person_id: int, field: str, sealed: str) -> str | Erased:
        """One value in clear, or `ERASED`."""
        return self.open_many(reading, [Sealed(person_id, field, sealed)])[0]

    def open_many(self, reading: BulkSession, values: Sequence[Sealed]) -> list[str | Erased]:
        """Values in clear, in their order; `ERASED` where the key was destroyed.

        Raises:
            Misconfigured: A value was changed or moved, or the master key is not its own.
        """
        keys = self._keys(reading, (each.person_id for each in values), are_made=False)
        return [_opened(keys, each) for each in values]

    def shred(self, bulk: BulkSession, person_ids: Iterable[int]) -> int:
        """Destroy people's keys: their sealed values are noise from now on, for everybody.

        What the audit log calls them becomes meaningless too.

        Returns:
            How many had a key.
        """
        people = sorted(set(person_ids))
        forget_audit_subjects(bulk, people)
        return drop_keys(bulk, people)

    def blind_index(self, field: str, text: str) -> str:
        """What a value can be looked up by without being kept: equal for equal values of a field.

        It does not go with a person's key; whoever keeps it has to delete it.
        """
        return index_of(self._secret, field, text)

    def rewrap(self, keys: Sequence[WrappedKey], version: int) -> list[WrappedKey]:
        """People's keys, the same, wrapped with the master key of another version."""
        master = self._master(version)
        return [
            WrappedKey(
                each.person_id,
                each.generation,
                version,
                wrap_key(
                    master,
                    self._unwrap(each),
                    person_id=each.person_id,
                    generation=each.generation,
                    version=version,
                ),
            )
            for each in keys
        ]

    def _keys(
        self, session: BulkSession, person_ids: Iterable[int], *, are_made: bool
    ) -> dict[int, _PersonKey]:
        wanted = set(person_ids)
        found = find_keys(session, wanted)
        keys = {
            each.person_id: _PersonKey(each.generation, AESGCM(self._unwrap(each)))
            for each in found.values()
        }
        missing = sorted(wanted - found.keys())
        return keys | self._make(session, missing) if are_made and missing else keys

    def _make(self, bulk: BulkSession, person_ids: Sequence[int]) -> dict[int, _PersonKey]:
        version = self._current(bulk)
        master = self._master(version)
        made: dict[int, _PersonKey] = {}
        rows = []
        for person_id in person_ids:
            key, generation = token_bytes(KEY_BYTES), new_generation()
            wrapped = wrap_key(
                master, key, person_id=person_id, generation=generation, version=version
            )
            rows.append(WrappedKey(person_id, generation, version, wrapped))
            made[person_id] = _PersonKey(generation, AESGCM(key))
        put_keys(bulk, rows)
        return made

    def _current(self, bulk: BulkSession) -> int:
        versions = self.masters.read()
        if versions:
            return max(versions)
        if has_keys(bulk):
            raise _no_master()
        return self.masters.add()

    def _unwrap(self, key: WrappedKey) -> bytes:
        return unwrap_key(
            self._master(key.version),
            key.wrapped,
            person_id=key.person_id,
            generation=key.generation,
            version=key.version,
        )

    def _master(self, version: int) -> AESGCM:
        if version not in self._known:  # another process may have made it since
            self._known = {each: AESGCM(key) for each, key in self.masters.read().items()}
        if version not in self._known:
            raise _no_master()
        return self._known[version]


def _opened(keys: Mapping[int, _PersonKey], value: Sealed) -> str | Erased:
    key = keys.get(value.person_id)
    if key is None or key.generation != generation_of(value.text):
        return ERASED
    return open_text(key.cipher, value.text, person_id=value.person_id, field=value.field)


def _no_master() -> Misconfigured:
    return Misconfigured(
        _("The master key is gone that people's keys in the store were made with."),
        hint=_("Put master.key back from your backup, or set PASSERELLE_MASTER_KEY to it."),
    )
