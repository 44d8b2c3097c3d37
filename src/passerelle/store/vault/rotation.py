"""Change the master key: people's keys are wrapped anew, their values stay as they are."""

from __future__ import annotations

from collections.abc import Callable

from passerelle.store.bulk import BulkSession
from passerelle.store.database import Store
from passerelle.store.vault.person_keys import next_keys, put_keys
from passerelle.store.vault.vault import Vault

_AT_ONCE = 50_000
_FIRST = -(2**63)


def rotate_keys(
    store: Store, vault: Vault, *, progress: Callable[[int], None] = lambda _done: None
) -> int:
    """Wrap every person's key with the newest master key; a new one is made unless one waits.

    Stopped in the middle, the next run goes on where it was: a master key whose turn is not over
    is not followed by another. Values can be read and sealed meanwhile.

    Args:
        store: The store.
        vault: The vault.
        progress: Told how many keys are done, after each transaction.

    Returns:
        How many keys were wrapped anew.

    Raises:
        Misconfigured: Master keys are not made here (see `MasterKeys.add`), or one is gone.
    """
    versions = vault.masters.read()
    if not versions:
        return 0  # nobody has a key yet
    version = max(versions)
    with store.reading() as reading:
        is_begun = _count_others(reading, version) > 0
    if not is_begun:
        version = vault.masters.add()
    done, since = 0, _FIRST
    with store.kept_open():
        while True:
            with store.bulk() as bulk:
                keys = next_keys(bulk, since=since, other_than=version, limit=_AT_ONCE)
                if keys:
                    put_keys(bulk, vault.rewrap(keys, version))
            if not keys:
                return done
            done, since = done + len(keys), keys[-1].person_id
            progress(done)


def count_old_keys(store: Store, vault: Vault) -> int:
    """How many people's keys another master key than the newest wraps."""
    versions = vault.masters.read()
    with store.reading() as reading:
        return _count_others(reading, max(versions, default=0))


def _count_others(reading: BulkSession, version: int) -> int:
    rows = reading.fetch("select count(*) as n from person_keys where version <> ?", (version,))
    return int(rows["n"][0].as_py())
