"""Requests go from one state to the next, in time, and each step is on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from passerelle.consent import Done, Request, RequestBook, get_request, list_requests, list_steps
from passerelle.kernel import InvalidInput
from passerelle.store import BulkSession, Store
from tests.conftest import NOW

PROFILE = 4711


@pytest.fixture
def told() -> list[Done]:
    return []


@pytest.fixture
def book(store: Store, told: list[Done]) -> RequestBook:
    def audit(_bulk: BulkSession, done: Done) -> None:
        told.append(done)

    return RequestBook(store, audit, "somebody")


@pytest.fixture
def request_(book: RequestBook) -> Request:
    return book.receive("access", PROFILE, at=NOW)


def test_a_request_is_answered_step_by_step(
    book: RequestBook, request_: Request, told: list[Done]
) -> None:
    proved = book.prove(request_, "signed_link", at=NOW + timedelta(hours=1))
    running = book.begin(proved, at=NOW + timedelta(hours=2))
    done = book.finish(running, {"rows": 3}, "abc", at=NOW + timedelta(hours=3))
    assert (done.state, done.proof, done.outcome) == ("done", "signed_link", {"rows": 3})
    assert done.settled_at == NOW + timedelta(hours=3)
    steps = list_steps(book.store, done.request_id)
    assert [each.step for each in steps] == ["received", "proved", "running", "done"]
    assert [each.number for each in steps] == [1, 2, 3, 4]
    assert [each.action for each in told] == [f"rights.{each.step}" for each in steps]
    assert {each.subject_ids for each in told} == {(PROFILE,)}


def test_nothing_is_done_before_identity_is_proved(book: RequestBook, request_: Request) -> None:
    with pytest.raises(InvalidInput):
        book.begin(request_, at=NOW)


def test_a_copy_of_a_document_is_no_proof(book: RequestBook, request_: Request) -> None:
    with pytest.raises(InvalidInput):
        book.prove(request_, "id_copy", at=NOW)


@pytest.mark.parametrize("state", ["done", "refused"])
def test_a_settled_request_stays_settled(book: RequestBook, request_: Request, state: str) -> None:
    proved = book.prove(request_, "in_person", at=NOW)
    settled = (
        book.refuse(proved, "answered already", at=NOW)
        if state == "refused"
        else book.finish(book.begin(proved, at=NOW), {}, "", at=NOW)
    )
    for move in (
        lambda: book.prove(settled, "in_person", at=NOW),
        lambda: book.begin(settled, at=NOW),
        lambda: book.refuse(settled, "no", at=NOW),
        lambda: book.extend(settled, "much to do", at=NOW),
    ):
        with pytest.raises(InvalidInput):
            move()
    assert get_request(book.store, settled.request_id) == settled


def test_a_refusal_needs_a_reason(book: RequestBook, request_: Request) -> None:
    with pytest.raises(InvalidInput):
        book.refuse(request_, "  ", at=NOW)


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        ("2026-03-01", "2026-04-01", "2026-06-01"),
        ("2026-01-31", "2026-03-01", "2026-05-01"),  # February has no 31st, nor has April
        ("2028-01-29", "2028-02-29", "2028-04-29"),
    ],
)
def test_the_deadline_is_a_month_and_two_more_if_extended(
    book: RequestBook, received: str, due: str, extended: str
) -> None:
    at = datetime.fromisoformat(received).replace(tzinfo=UTC)
    request = book.receive("erase", PROFILE, at=at)
    assert request.due_at.date().isoformat() == due
    assert not request.is_late(request.due_at)
    assert request.is_late(request.due_at + timedelta(microseconds=1))
    longer = book.extend(request, "many shops", at=request.due_at)
    assert longer.due_at.date().isoformat() == extended
    with pytest.raises(InvalidInput):
        book.extend(longer, "again", at=at)


def test_it_is_too_late_to_extend_after_the_month(book: RequestBook, request_: Request) -> None:
    with pytest.raises(InvalidInput):
        book.extend(request_, "many shops", at=request_.due_at + timedelta(seconds=1))


def test_the_most_urgent_comes_first_and_settled_ones_last(book: RequestBook) -> None:
    late = book.receive("access", 1, at=NOW - timedelta(days=20))
    new = book.receive("access", 2, at=NOW)
    settled = book.refuse(book.receive("access", 3, at=NOW - timedelta(days=40)), "no", at=NOW)
    assert [each.request_id for each in list_requests(book.store)] == [
        late.request_id, new.request_id, settled.request_id,
    ]  # fmt: skip
    assert len(list_requests(book.store, open_only=True)) == 2


def test_nobody_may_ask_for_what_is_no_right(book: RequestBook) -> None:
    with pytest.raises(InvalidInput):
        book.receive("discount", PROFILE, at=NOW)
