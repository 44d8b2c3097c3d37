"""Every place that holds something of people: how it is found, handed over, and erased.

A table of the store or the lake, or a file of the home folder, that is not listed here fails a
test: whoever adds one says what of a person is in it. `docs/reference/personal-data-places.md` is
written from here.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType

from passerelle.collect import (
    RECEIPT_IDS,
    Traces,
    count_in_lake,
    count_in_log,
    find_notices_of,
    find_quarantined_of,
    forget_in_log,
    lake_rows_of,
)
from passerelle.consent.rights.installation import Installation
from passerelle.identify import count_known
from passerelle.kernel import parse_id
from passerelle.kernel.language import N_
from passerelle.unify import count_changes

ARCHIVES = "rights"
"""Folder of the home folder with what was handed out, a folder for each request."""

_AT_ONCE = 500  # databases limit how many values a statement takes
OUTGOING = "outgoing"
"""Folder of the home folder with messages of the customer's page, where no server carries them."""

_PAGE_COLUMNS = (
    ("portal_links", "subject_id"),
    ("portal_sessions", "subject_id"),
    ("portal_sessions", "profile_id"),
    ("contact_preferences", "subject_id"),
)

_AT_WORK_SECONDS = (
    600.0  # a file this young may be in use: the erasure is not done while it is there
)


@dataclass(frozen=True)
class Place:
    """A place with data of people.

    Args:
        name: Names it for ever in what says how far an erasure has come.
        holds: What of people is there.
        sections: In which parts of an access archive it is handed over.
        tables: Tables of the store or of the lake.
        files: Files of the home folder, as patterns.
        erase: Removes all that is about the traces; answers how many rows. None: with the store's
            one transaction (`erasing`).
        count: How many rows are about them.
    """

    name: str
    holds: str
    sections: tuple[str, ...]
    erase: Callable[[Installation, Traces], int] | None
    count: Callable[[Installation, Traces], int]
    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def _erase_log(of: Installation, traces: Traces) -> int:
    of.drain()
    return forget_in_log(of.home, of.warehouse, traces)


def _count_log(of: Installation, traces: Traces) -> int:
    return count_in_log(of.home, of.warehouse, traces)


def _erase_lake(table: str) -> Callable[[Installation, Traces], int]:
    def erase(of: Installation, traces: Traces) -> int:
        lake, having = of.warehouse.lake, lake_rows_of(table, traces.ids)
        if table == "receipts" and of.keeps_receipts:
            changed = lake.blank(table, having, RECEIPT_IDS)
        else:
            changed = lake.erase(table, having)
        lake.purge(table)
        return changed

    return erase


def _count_lake(table: str) -> Callable[[Installation, Traces], int]:
    def count(of: Installation, traces: Traces) -> int:
        return count_in_lake(of.engine, of.warehouse.lake, table, traces.ids)

    return count


def _erase_notices(of: Installation, traces: Traces) -> int:
    lake = of.warehouse.lake
    removed = lake.erase("notices", {"notice_id": find_notices_of(of.engine, lake, traces)})
    lake.purge("notices")
    return removed


def _count_notices(of: Installation, traces: Traces) -> int:
    return len(find_notices_of(of.engine, of.warehouse.lake, traces))


def _erase_temporary(of: Installation, _traces: Traces) -> int:
    """What a query or a replay that was killed left: nobody's in particular, so all of it."""
    removed = 0
    oldest = of.warehouse.clock().timestamp() - _AT_WORK_SECONDS
    for path in _temporary(of.home):
        if path.stat().st_mtime < oldest:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            removed += 1
    return removed


def _count_temporary(of: Installation, _traces: Traces) -> int:
    return len(_temporary(of.home))


def _temporary(home: Path) -> list[Path]:
    return [path for name in ("spill", "replays") for path in sorted((home / name).glob("*"))]


def _erase_archives(of: Installation, traces: Traces) -> int:
    removed = 0
    for folder in _archives(of, traces.ids):
        for path in folder.iterdir():
            path.unlink()
            removed += 1
        folder.rmdir()
    return removed


def _count_archives(of: Installation, traces: Traces) -> int:
    return len(_archives(of, traces.ids))


def _archives(of: Installation, ids: Collection[int]) -> list[Path]:
    """Folders of what was handed to these people; that of the erasure itself holds nothing."""
    whose = {
        row["request_id"]
        for row in of.warehouse.store.rows(
            "select request_id, profile_id, kind from rights_requests where kind <> 'erase'"
        )
        if row["profile_id"] in ids
    }
    folders = (of.home / ARCHIVES).glob("r_*")
    return sorted(path for path in folders if parse_id(path.name, "r") in whose)


def _erase_page(of: Installation, traces: Traces) -> int:
    removed = _count_page(of, traces)
    with of.warehouse.store.bulk() as bulk:
        for table, column in _PAGE_COLUMNS:
            for each in traces.ids:
                bulk.execute(f"delete from {table} where {column} = ?", (each,))  # noqa: S608
    for path in (of.home / OUTGOING).glob("*"):
        path.unlink(missing_ok=True)  # nobody's in particular, and at most a day old
    return removed


def _count_page(of: Installation, traces: Traces) -> int:
    store = of.warehouse.store
    rows = sum(
        store.rows(f"select count(*) as n from {table} where {column} = ?", (each,))[0]["n"]  # noqa: S608
        for table, column in _PAGE_COLUMNS
        for each in traces.ids
    )
    return int(rows) + len(list((of.home / OUTGOING).glob("*")))


def _count_quarantine(of: Installation, traces: Traces) -> int:
    with of.warehouse.store.reading() as reading:
        return len(find_quarantined_of(reading, traces))


def _count_records(of: Installation, traces: Traces) -> int:
    return _count_rows(of, "records", "record_id", traces.ids)


def _count_rows(of: Installation, table: str, column: str, ids: Collection[int]) -> int:
    listed, count = sorted(ids), 0
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        sql = f"select count(*) as n from {table} where {column} in ({marks})"  # noqa: S608
        count += of.warehouse.store.rows(sql, some)[0]["n"]
    return count


def _count_identity(of: Installation, traces: Traces) -> int:
    return sum(count_known(of.warehouse.store, traces.ids).values())


def _count_changes(of: Installation, traces: Traces) -> int:
    return count_changes(of.warehouse.store, traces.ids)


def _count_keys(of: Installation, traces: Traces) -> int:
    return _count_rows(of, "person_keys", "person_id", traces.ids) + _count_rows(
        of, "audit_salts", "subject_id", traces.ids
    )


PLACES = (
    Place(
        "event_log",
        N_("Requests of browsers, apps and tills as they came."),
        ("events",),
        _erase_log,
        _count_log,
        files=("collector/log/*",),
    ),
    Place(
        "lake_events",
        N_("Every event, as received and as read."),
        ("events",),
        _erase_lake("events"),
        _count_lake("events"),
        tables=("lake.events",),
        files=("lake/events/*",),
    ),
    Place(
        "lake_records",
        N_("Every version of every record, as received and as read."),
        ("records",),
        _erase_lake("records"),
        _count_lake("records"),
        tables=("lake.records",),
        files=("lake/records/*",),
    ),
    Place(
        "lake_receipts",
        N_("Purchases; amounts stay for the accounts, without anything that names the buyer."),
        ("receipts",),
        _erase_lake("receipts"),
        _count_lake("receipts"),
        tables=("lake.receipts",),
        files=("lake/receipts/*",),
    ),
    Place(
        "lake_notices",
        N_("Rows of files of movers, deaths and returned mail."),
        ("notices",),
        _erase_notices,
        _count_notices,
        tables=("lake.notices",),
        files=("lake/notices/*",),
    ),
    Place(
        "temporary",
        N_("What a query could not hold in memory and rows being replayed, if they were cut."),
        (),
        _erase_temporary,
        _count_temporary,
        files=("spill/*", "replays/*"),
    ),
    Place(
        "archives",
        N_("What was handed out to people who asked for access or portability."),
        (),
        _erase_archives,
        _count_archives,
        files=("rights/*",),
    ),
    Place(
        "page",
        N_("Links to the customer's page, who is signed in, what they chose, messages to them."),
        (),
        _erase_page,
        _count_page,
        tables=("portal_links", "portal_sessions", "contact_preferences"),
        files=("outgoing/*",),
    ),
    Place(
        "quarantine",
        N_("Rows that could not be used, as received and as mended."),
        ("quarantine",),
        None,
        _count_quarantine,
        tables=("quarantined_rows",),
    ),
    Place(
        "records",
        N_("Records as they now stand, with the keys of names."),
        ("records",),
        None,
        _count_records,
        tables=("records",),
    ),
    Place(
        "life_changes",
        N_("Moves, names, deaths and returned mail that were found, and decisions about them."),
        ("life_changes",),
        None,
        _count_changes,
        tables=("life_changes", "life_decisions"),
    ),
    Place(
        "identity",
        N_("Identifiers, the evidence between them, and who lives with whom."),
        ("identifiers", "evidence", "household"),
        None,
        _count_identity,
        tables=(
            "identifiers", "edges", "edge_ends", "refusals", "likenesses", "consent_proofs",
            "placements", "kept_apart", "residences", "households", "household_memberships",
            "households_waiting", "link_uses",
        ),
        files=("store.sqlite3*",),
    ),
    Place(
        "keys",
        N_("Keys of sealed values, and what makes a pseudonym of the audit log."),
        (),
        None,
        _count_keys,
        tables=("person_keys", "audit_salts"),
    ),
)  # fmt: skip
"""In the order in which they are erased: what needs the store's words to be found comes first."""

STORE_TABLES = tuple(name for each in PLACES if each.erase is None for name in each.tables)
"""Tables of the store that rows are removed from."""

KEPT = MappingProxyType(
    {
        "consent_events": N_(
            "What was said about consent stays as proof that it was obeyed: keyed ids alone, in a "
            "chain from which nothing can be taken."
        ),
        "suppressions": N_("That somebody is not to be contacted, or not to come back, and why."),
        "suppression_keys": N_("Keyed hashes by which they are known again, of no other use."),
        "audit_entries": N_("What was done with data: pseudonyms that nobody can make again."),
        "audit_mentions": N_("Entries of the audit log by these pseudonyms."),
        "retention_holds": N_("What was kept long enough: keyed ids alone, until the next vacuum."),
        "rights_requests": N_("That a request was made and answered: keyed ids alone."),
        "rights_steps": N_("Who did what about a request, and when."),
        "rights_deliveries": N_(
            "Receipts of destinations; what they know somebody by goes with the receipt."
        ),
    }
)
"""Tables that keep something of people who were erased, and why."""

NOTHING = MappingProxyType(
    {
        "sources": N_("Names of sources."),
        "write_keys": N_("Hashes of keys of clients."),
        "imports": N_("Names of files and columns, and counts."),
        "event_counts": N_("Counts of events by hour."),
        "log_offsets": N_("How far logs are read."),
        "follower_state": N_("Counters of the follower."),
        "taken_steps": N_("Keyed ids of events on their way to the lake, until they are there."),
        "seen_runs": N_("Names of files of keyed ids of events."),
        "audit_heads": N_("The seal of the audit log."),
        "consent_heads": N_("The seal of the consent ledger."),
        "consent_policies": N_("Policies."),
        "rights_places": N_("Which places an erasure is done with, in counts."),
        "tombstone_marks": N_("A number."),
        "django_migrations": N_("Versions of tables."),
    }
)
"""Tables with nothing of a person, and what is in them."""

FILES_OF_NOBODY = MappingProxyType(
    {
        "secret.key": N_("The installation's secret."),
        "master.key": N_("What people's keys are wrapped with."),
        "audit.key": N_("What exports of the audit log are signed with."),
        "audit-waiting.*": N_("Readings on their way into the audit log: keyed ids alone."),
        "*.toml": N_("Rules and settings that you wrote."),
        "tombstones.jsonl": N_("Keyed ids of who was erased."),
        "*.lock": N_("Locks."),
        "collector/seen/*": N_("Keyed ids of events of the last three days."),
        "collector/*.lock": N_("Locks."),
        "reference/*": N_("Public reference tables."),
        "schemas/*": N_("Schemas of events: names of fields and their types."),
        "webhooks/*": N_("Mappings of webhooks."),
        "sdk/*": N_("Scripts for pages."),
        "lake/*.lock": N_("Locks."),
    }
)
"""Files of the home folder with nothing of a person, as patterns, and what they are."""


def find_unlisted_files(home: Path) -> list[str]:
    """Files of the home folder that no place and no reason knows, by their path in it."""
    patterns = [pattern for place in PLACES for pattern in place.files] + list(FILES_OF_NOBODY)
    found = []
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not any(_is_like(name, pattern) for pattern in patterns):
            found.append(name)
    return found


def _is_like(name: str, pattern: str) -> bool:
    # A pattern without a folder is about the home folder itself.
    return ("/" in pattern or "/" not in name) and fnmatch(name, pattern)
