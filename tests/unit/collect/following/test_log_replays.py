"""Events are taken again from the log, wherever they are wanted, and count once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from passerelle.collect import LogSelection, ReplayPlan, log_ends, preview_replay, replay_log
from passerelle.identify import hear_events
from passerelle.kernel import IdentifierKeys
from passerelle.lake import Lake
from passerelle.store import open_store
from tests.event_logs import START, login, reception, track
from tests.unit.collect.following.base import Base

ALL = LogSelection(START - timedelta(days=1))


def plan_into(base: Base, target: Base, selection: LogSelection = ALL) -> ReplayPlan:
    followed = base.warehouse.store if target is base else None
    ends = log_ends(base.home, followed)
    return ReplayPlan(base.home, selection, ends, target.warehouse, target.engine)


@pytest.fixture
def trial_base(small_base: Base, keys: IdentifierKeys, tmp_path: Path) -> Base:
    """Another home, for trials."""
    home = tmp_path / "trial"
    home.mkdir()
    store = open_store(f"sqlite:///{home / 'store.sqlite3'}")
    warehouse = type(small_base.warehouse)(
        store, Lake(str(home / "lake")), keys, small_base.warehouse.clock
    )
    return Base(home, warehouse, small_base.engine)


def test_into_the_profiles_that_were_followed_it_finds_nothing_new(small_base: Base) -> None:
    small_base.receive(reception(login("m-1", "u-1", "anon-1"), track("m-2")))
    small_base.follow()
    before = small_base.edges()

    (report,) = replay_log(plan_into(small_base, small_base), hear_events)

    assert (report.events, report.new, report.known) == (2, 0, 2)
    assert small_base.edges() == before
    assert small_base.counts().accepted == 2


def test_into_a_trial_base_it_finds_everything_once(small_base: Base, trial_base: Base) -> None:
    small_base.receive(reception(login("m-1", "u-1", "anon-1"), track("m-2"), track("m-2")))
    small_base.follow()

    (report,) = replay_log(plan_into(small_base, trial_base), hear_events)
    (again,) = replay_log(plan_into(small_base, trial_base), hear_events)

    assert (report.events, report.new, report.known) == (3, 2, 1)
    assert again.new == 2 or again.known == 3
    assert trial_base.messages() == [("web", "m-1"), ("web", "m-2")]
    assert len(trial_base.edges()) == 1


def test_a_selection_takes_a_source_a_name_and_a_period(small_base: Base, trial_base: Base) -> None:
    later = START + timedelta(hours=2)
    small_base.receive(
        reception(track("m-1"), track("m-2", event="Order Completed")),
        reception(track("m-3", event="Order Completed"), source="shop", kind="server"),
        reception(track("m-4", event="Order Completed"), at=later),
    )
    chosen = LogSelection(START, START + timedelta(hours=1), "web", "Order Completed")

    (preview,) = preview_replay(plan_into(small_base, trial_base, chosen))
    (report,) = replay_log(plan_into(small_base, trial_base, chosen), hear_events)

    assert (preview.events, preview.new) == (report.events, report.new) == (1, 1)
    assert trial_base.messages() == [("web", "m-2")]
