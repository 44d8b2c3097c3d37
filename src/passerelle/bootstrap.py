"""The one place that wires settings to parts.

Nothing is loaded before `open_passerelle` is called, so that the command line's help need not
wait for a database or a query engine.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from passerelle.kernel import Clock, IdentifierKeys, Misconfigured, Retryable, system_clock
from passerelle.kernel.language import _
from passerelle.settings import Settings, read_secret, secret_file

if TYPE_CHECKING:
    from polars import DataFrame

    from passerelle.collect import (
        EventsPrepared,
        Followed,
        Heard,
        ImportReport,
        RecordBatch,
        SourceRef,
        TableFile,
        Waits,
        Warehouse,
    )
    from passerelle.consent import Done, ProfileLeave, RightsInstallation
    from passerelle.engine import Engine
    from passerelle.identify import RuleSet
    from passerelle.ingest import ProfileGate, Recognised, Snapshot
    from passerelle.lake import Lake
    from passerelle.store import BulkSession, Store, Vault

_ALL_HOUSEHOLDS_EVERY = 3600.0
"""Seconds. Judging all of a million people's households holds the store for some 20 seconds."""


@dataclass(frozen=True)
class Passerelle:
    """An installation, open: every part that a command or a page hands to the stages."""

    settings: Settings
    store: Store
    lake: Lake
    engine: Engine
    keys: IdentifierKeys
    rules: RuleSet
    clock: Clock

    @property
    def vault(self) -> Vault:
        """Where personal values are sealed with a key per person."""
        return open_vault(self.settings, self.keys)

    @property
    def warehouse(self) -> Warehouse:
        """Where imports put what they read."""
        from passerelle.collect import Warehouse, read_blocked_values
        from passerelle.consent import Screen

        blocked = read_blocked_values(self.settings.home / "blocked.toml")
        screen = Screen(self.store, self.keys)
        return Warehouse(self.store, self.lake, self.keys, self.clock, blocked, screen)

    def import_consents(
        self, table: TableFile, details: str, source: SourceRef, *, replayed: tuple[str, ...]
    ) -> ImportReport:
        """Import quarantined rows of files of consents again."""
        from passerelle.consent import ConsentColumns, import_consents

        columns = ConsentColumns.from_json(details)
        return import_consents(table, columns, source, self.warehouse, replayed=replayed)

    def hear_records(self, batch: RecordBatch) -> Heard:
        """Hand imported records on to identity, which writes in their transaction."""
        from passerelle.identify import hear_records

        return hear_records(batch, keys=self.keys)

    def take_in_records(self, batch: RecordBatch) -> Heard:
        """Hand imported records on to identity, which resolves around them in their transaction."""
        from passerelle.identify import take_in_records

        def heard(bulk: BulkSession) -> None:
            take_in_records(bulk, batch, keys=self.keys, rules=self.rules)

        return heard

    def hear_events(self, batch: EventsPrepared) -> Heard:
        """Hand imported events on to identity and consent, which write in their transaction."""
        from passerelle.identify import hear_events

        hear_identity = hear_events(batch)

        def heard(bulk: BulkSession) -> None:
            hear_identity(bulk)
            self.hear_consents(bulk, batch.events, {batch.source.name: batch.source})

        return heard

    def hear_consents(
        self, bulk: BulkSession, events: DataFrame, sources: Mapping[str, SourceRef]
    ) -> None:
        """Hand new events on to consent, which writes in the transaction that accepts them."""
        from passerelle.consent import hear_consents

        hear_consents(bulk, events, sources, keys=self.keys, at=self.clock())

    def take_in_events(self, bulk: BulkSession, batches: Sequence[EventsPrepared]) -> None:
        """Hand events that the collector accepted on to identity, in their transaction."""
        from passerelle.identify import take_in_events

        for batch in batches:
            take_in_events(bulk, batch, self.rules)

    def erase(self, profile_ids: Sequence[int], identifier_ids: Sequence[int]) -> None:
        """Erase people and identifiers that were kept long enough, physically and everywhere.

        Raises:
            Retryable: Another erasure is at work, or a place cannot be had; it can be tried again.
        """
        from passerelle.consent import erase_kept_long_enough
        from passerelle.store import AuditEntry, write_audit

        erase_kept_long_enough(self.rights, profile_ids, identifier_ids)
        detail = {"people": str(len(profile_ids)), "identifiers": str(len(identifier_ids))}
        entry = AuditEntry("system", "retention.erased", (), detail, at=self.clock())
        write_audit(self.store, [entry], secret=self.keys.secret)

    def follow(
        self,
        stop: threading.Event,
        *,
        followed: Followed = lambda _step: None,
        waits: Waits = lambda _trouble: None,
    ) -> None:
        """Bring what collectors receive to identity and the lake until told to stop."""
        from passerelle.collect import follow_until

        follow_until(
            stop,
            self.settings.home,
            self.warehouse,
            self.engine,
            self.take_in_events,
            hear=self.hear_consents,
            followed=followed,
            waits=waits,
            tidies=self._household_judge(),
            log_days=self.settings.log_days,
        )

    def _household_judge(self) -> Callable[[], None]:
        """Judges households that wait: a few each time, all of them once an hour if many do."""
        from passerelle.identify import judge_waiting_households

        judged = time.monotonic()

        def judge() -> None:
            nonlocal judged
            is_due = time.monotonic() - judged > _ALL_HOUSEHOLDS_EVERY
            judged = time.monotonic() if is_due else judged
            judge_waiting_households(self.store, everybody=is_due)

        return judge

    def follow_once(self, *, followed: Followed = lambda _step: None) -> None:
        """Bring what collectors have received to identity and the lake."""
        from passerelle.collect import follow_once
        from passerelle.identify import judge_waiting_households

        home, warehouse = self.settings.home, self.warehouse
        follow_once(
            home,
            warehouse,
            self.engine,
            self.take_in_events,
            hear=self.hear_consents,
            followed=followed,
        )
        judge_waiting_households(self.store)

    @property
    def rights(self) -> RightsInstallation:
        """What answering requests needs."""
        from passerelle.consent import RightsInstallation
        from passerelle.unify import read_survivorship

        return RightsInstallation(
            home=self.settings.home,
            warehouse=self.warehouse,
            engine=self.engine,
            rules=self.rules,
            survivorship=read_survivorship(self.settings.home / "survivorship.toml"),
            journal=self.settings.tombstones_file,
            drain=self._drain,
            suppress=self._suppress,
            shred=self._shred,
            audit=self._audit,
        )

    def _suppress(self, bulk: BulkSession, profile_id: int) -> None:
        """Make sure that somebody who is being erased is known if a file brings them back."""
        from passerelle.consent import suppress_profile

        suppress_profile(bulk, profile_id, keys=self.keys, at=self.clock())

    def _shred(self, bulk: BulkSession, ids: Sequence[int]) -> None:
        """Destroy the keys of what is sealed for some people, and their pseudonyms."""
        self.vault.shred(bulk, ids)

    def _audit(self, bulk: BulkSession, done: Done) -> None:
        """Write what was done about a request into the audit log, in its transaction."""
        from passerelle.store import AuditEntry, write_audit

        detail = {"detail": done.detail} if done.detail else {}
        entry = AuditEntry(done.actor, done.action, done.subject_ids, detail, at=done.at)
        write_audit(bulk, [entry], secret=self.keys.secret)

    def _drain(self) -> None:
        """Bring what was received until now to the lake, whoever follows the log.

        Readings that wait for the audit log come in as well: later they would give somebody
        erased a new pseudonym.
        """
        from passerelle.collect import wait_until_followed
        from passerelle.store import WaitingAudit

        waiting = WaitingAudit(self.settings.home, self.keys.secret)
        waiting.take_in(self.store, at=self.clock())
        if (self.settings.home / "collector" / "log").is_dir():
            wait_until_followed(self.settings.home, self.store, self.follow_once)

    def _replay_tombstones(self) -> None:
        """Erase again whom a restored backup brought back, before anybody looks at it."""
        if not self.settings.tombstones_file.exists():
            return
        from passerelle.consent import replay_tombstones

        replay_tombstones(self.rights)


def open_passerelle(settings: Settings, *, clock: Clock = system_clock) -> Passerelle:
    """Open the installation of the settings; whatever is missing of it is made.

    Raises:
        Misconfigured: A place cannot be used; the message names the setting.
        Retryable: The disk is full, or the database is busy.
    """
    from passerelle.engine import open_engine
    from passerelle.identify import read_rules
    from passerelle.lake import Lake
    from passerelle.store import open_store

    make_home(settings.home)
    rules = read_rules(settings.home / "identity.toml")
    store = open_store(settings.store_url)
    keys = _open_keys(settings, store)
    lake = Lake(settings.lake_location)
    engine = open_engine(
        settings.engine_url,
        memory_limit=settings.memory_limit,
        threads=settings.threads,
        spill=str(settings.home / "spill"),
    )
    opened = Passerelle(settings, store, lake, engine, keys, rules, clock)
    opened._replay_tombstones()
    return opened


def open_profile_gate(
    store_url: str, keys: IdentifierKeys, *, clock: Clock = system_clock
) -> ProfileGate:
    """What the collector's profile API asks before it shows somebody.

    What it needs is loaded when it is first asked: a collector that nobody asks stays light. It
    reads through the connection that somebody was recognised with, and opens none.

    Args:
        store_url: The store's, as `Settings.store_url` gives it.
        keys: Of the installation; the ledger is sealed with them.
        clock: Says as of when; each answer asks it anew.
    """

    def ask(snapshot: Snapshot, recognised: Recognised) -> ProfileLeave | None:
        from passerelle.consent import Gate, find_profile_leave
        from passerelle.store import LentReading, Store

        return find_profile_leave(
            Gate(Store(store_url), keys, clock),
            LentReading(snapshot.select),
            recognised.profile_id,
            recognised.identifier_id,
            recognised.caller,
        )

    return ask


def open_vault(settings: Settings, keys: IdentifierKeys) -> Vault:
    """The vault of an installation; its master key is made when the first value is sealed.

    Raises:
        Misconfigured: The setting that holds master keys cannot be read.
    """
    from passerelle.store import FileMasterKeys, GivenMasterKeys, Vault, parse_master_keys

    if not settings.master_key:
        return Vault(FileMasterKeys(settings.home / "master.key"), keys.secret)
    given = parse_master_keys(settings.master_key, "PASSERELLE_MASTER_KEY")
    return Vault(GivenMasterKeys(given), keys.secret)


def make_home(home: Path) -> None:
    """Make the home folder if it is not there, for its owner only: it holds personal data.

    Raises:
        Misconfigured: It cannot be made or written to.
        Retryable: The disk is full.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Misconfigured(
            _("PASSERELLE_HOME is {home}, which is a file or is inside one.").format(home=home),
            hint=_("Set PASSERELLE_HOME, or --home, to a folder; it is made if it is missing."),
        ) from None
    except OSError as error:
        raise _unmakable(home, error) from None
    as_we_are = os.access in os.supports_effective_ids
    if not os.access(home, os.W_OK | os.X_OK, effective_ids=as_we_are):
        raise Misconfigured(
            _("The home folder {home} cannot be written to.").format(home=home),
            hint=_("Set PASSERELLE_HOME, or --home, to a folder that you may write to."),
        )


def _unmakable(home: Path, error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Retryable(
            _("The disk is full; the home folder {home} could not be made.").format(home=home),
            after=timedelta(minutes=1),
            hint=_("Free some space, then run the same command again."),
        )
    return Misconfigured(
        _("The home folder {home} cannot be made: {reason}.").format(
            home=home, reason=error.strerror
        ),
        hint=_("Set PASSERELLE_HOME, or --home, to a folder that you may write to."),
    )


def _open_keys(settings: Settings, store: Store) -> IdentifierKeys:
    from passerelle.store import place_of

    # A new secret beside old identifiers would make every customer a stranger. Two first starts
    # at once: whoever writes identifiers has made the file before, so it is looked at again.
    file = secret_file(settings)
    if file is not None and not file.exists() and _has_identifiers(store) and not file.exists():
        raise Misconfigured(
            _("The secret {file} is gone, and the store holds ids made with it.").format(file=file),
            hint=_("Put the file back from your backup, or set PASSERELLE_SECRET_KEY to it."),
        )
    keys = IdentifierKeys(read_secret(settings))
    if not _has_made_the_ids(keys, store):
        raise Misconfigured(
            _("The ids of the store at {place} were made with another secret.").format(
                place=place_of(store.url)
            ),
            hint=_("Give its own: its secret.key, or the PASSERELLE_SECRET_KEY it began with."),
        )
    return keys


def _has_identifiers(store: Store) -> bool:
    return bool(store.rows("select 1 as found from identifiers limit 1"))


def _has_made_the_ids(keys: IdentifierKeys, store: Store) -> bool:
    # Values of these types are kept as they were hashed. Rows lie in the order of their ids, which
    # is no order of types: one is found at once.
    some = store.rows(
        "select identifier_id, type, value from identifiers "
        "where type in ('record', 'cookie', 'mobile_id', 'login', 'phone') limit 1"
    )
    return all(
        keys.identifier_id(row["type"], _id_text(row["type"], row["value"])) == row["identifier_id"]
        for row in some
    )


def _id_text(type_name: str, value: str) -> str:
    from passerelle.identifiers import id_texts

    return value if type_name == "record" else id_texts(type_name, [value])[0]
