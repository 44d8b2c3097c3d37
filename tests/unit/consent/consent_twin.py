"""Random histories of consent, and an oracle that judges them by walking through time.

The gate asks, for an instant, which of the things said count. The oracle plays everything in
order instead and keeps what is alive: an independent way to the same answer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from passerelle.consent.channels import CHANNELS, DEVICES, EVERY
from passerelle.consent.ledger import BLOCKS, LedgerEntry, Said
from passerelle.consent.periods import Period
from passerelle.consent.policy import Notice, Policy, Purpose, Rule

START = datetime(2024, 1, 1, tzinfo=UTC)
END = START + timedelta(days=1200)
MARGIN = timedelta(minutes=5)
LABEL = {"en": "x", "fr": "x"}
TYPES = ("email", "phone", "cookie", "record", "login")

POLICIES = tuple(
    Policy(
        version=f"v{number}",
        effective_from=START + timedelta(days=400 * number),
        purposes={
            "news": Purpose(
                LABEL,
                "consent",
                {
                    "email": Rule(Period(months=months)),
                    "sms": Rule(),
                    "phone": Rule(Period(days=365)),
                },
            ),
            "similar": Purpose(LABEL, "legitimate_interest", {"email": Rule(Period(months=36))}),
            "letters": Purpose(LABEL, "legitimate_interest", {"post": Rule(Period(months=36))}),
            "adult": Purpose(
                LABEL, "consent", {"ads": Rule(Period(months=6))}, adults_only=True
            ),
            "opens": Purpose(LABEL, "consent", {"email": Rule()}, requires=("news",)),
            "service": Purpose(LABEL, "contract", {"email": Rule(Period(months=36)), "sms": Rule()}),
            "recall": Purpose(LABEL, "legal_obligation", {"email": Rule(), "post": Rule()}),
        },
        notices={
            "a@1": Notice(
                LABEL, ("news", "similar", "letters", "service"), START, START + timedelta(days=700)
            ),
            "a@2": Notice(LABEL, ("news", "adult", "opens", "service"), START + timedelta(days=500)),
            "b@1": Notice(LABEL, ("adult", "opens", "similar", "letters"), START),
        },
    )
    for number, months in enumerate((24, 6, 36))
)  # fmt: skip

PAIRS = tuple(
    (key, channel) for key, purpose in POLICIES[0].purposes.items() for channel in purpose.rules
)


@dataclass
class History:
    """Identifiers, whose they are, and what was said of them."""

    subjects: list[tuple[str, int]]
    said: list[LedgerEntry] = field(default_factory=list)


def draw_history(dice: random.Random, *, first_id: int = 1) -> History:
    """A history of up to five identifiers and twelve things said."""
    count = dice.randint(1, 5)
    subjects = [(dice.choice(TYPES), first_id + number) for number in range(count)]
    history = History(subjects)
    all_said = [draw_said(dice, subjects) for _number in range(dice.randint(0, 12))]
    all_said += [draw_lift(dice, said) for said in all_said if said.decision in BLOCKS]
    for number, said in enumerate(all_said):
        learned = said.occurred_at + dice.choice(
            (
                timedelta(),
                timedelta(days=dice.randint(0, 300)),
                -timedelta(minutes=dice.choice((3, 9))),
            )
        )
        # Ids that are unlike the order in which things were said.
        event_id = first_id * 100 + (number * 37) % 101
        history.said.append(LedgerEntry(number, event_id, learned, said, is_sound=True))
    return history


def draw_instant(dice: random.Random) -> datetime:
    """An instant to ask about; often one at which something happens."""
    return START + timedelta(days=dice.choice((dice.randint(0, 1200), 100 * dice.randint(0, 12))))


def draw_lift(dice: random.Random, block: Said) -> Said:
    """The end of a block, or of one that is nearly the same."""
    return replace(
        block,
        decision="lifted",
        lifts=block.decision,
        is_trusted=True,
        scope=dice.choice((block.scope, block.scope, "person")),
        occurred_at=block.occurred_at + timedelta(days=dice.choice((-100, 0, 0, 100, 100))),
    )


def draw_said(dice: random.Random, subjects: list[tuple[str, int]]) -> Said:
    """One thing said, such as the ledger takes it."""
    subject_type, subject_id = dice.choice(subjects)
    decision = dice.choices(
        ("granted", "informed", "refused", "withdrawn", "lifted", *BLOCKS),
        (40, 20, 6, 8, 6, 2, 2, 2, 3, 5),
    )[0]
    purpose, channel = dice.choice(PAIRS)
    if decision == "granted":
        fitting = [pair for pair in PAIRS if subject_type in CHANNELS[pair[1]].subject_types]
        purpose, channel = dice.choice(fitting or PAIRS)
    else:
        purpose = dice.choice((purpose, purpose, EVERY))
        channel = dice.choice((channel, channel, EVERY))
    day = dice.choice((dice.randint(0, 1100), 100 * dice.randint(0, 11)))  # ties are told apart
    occurred = START + timedelta(days=day, minutes=dice.choice((0, 0, 1)))
    is_permission = decision in ("granted", "informed")
    can_be_untrusted = decision in ("refused", "withdrawn") or (
        decision == "granted" and subject_type in DEVICES
    )
    return Said(
        subject_type=subject_type,
        subject_id=subject_id,
        scope="subject"
        if is_permission or decision in ("refused", "withdrawn")
        else dice.choice(("subject", "person", "person")),
        purpose=purpose,
        channel=channel,
        decision=decision,
        lifts=dice.choice(list(BLOCKS)) if decision == "lifted" else "",
        method="form",
        notice=dice.choice(("a@1", "a@2", "b@1", "b@1")) if is_permission else "",
        source="crm",
        is_trusted=not can_be_untrusted or dice.random() < 0.7,
        occurred_at=occurred,
        valid_until=occurred + timedelta(days=100 * dice.randint(1, 9))
        if dice.random() < 0.2
        else None,
        adult_from=dice.choice((None, START - timedelta(days=900), START + timedelta(days=800))),
        evidence="proof",
    )


def policy_at(at: datetime) -> Policy | None:
    """The policy in force."""
    return max(
        (policy for policy in POLICIES if policy.effective_from <= at),
        key=lambda policy: policy.effective_from,
        default=None,
    )


def oracle(
    history: History, purpose: str, channel: str, at: datetime, known_at: datetime
) -> dict[int, int | None]:
    """Contact points that may be used, with the event that permits it (None: the law does)."""
    policy = policy_at(at)
    if policy is None or channel not in policy.purposes[purpose].rules:
        return {}
    allowed = {}
    for contact in history.subjects:
        if contact[0] in CHANNELS[channel].subject_types:
            proof = _walk(history, policy, purpose, channel, contact, at, known_at)
            if proof is not None:
                allowed[contact[1]] = proof or None
    return allowed


def _walk(
    history: History,
    policy: Policy,
    purpose: str,
    channel: str,
    contact: tuple[str, int],
    at: datetime,
    known_at: datetime,
) -> int | None:
    """Play all that was said in order; the event that permits, 0 for the law's, None if none."""
    mine = policy.purposes[purpose]
    alive: list[LedgerEntry] = []
    blocks: list[Said] = []
    for _since, _order, entry in sorted(
        (
            (min(entry.said.occurred_at, entry.recorded_at), _turn(entry.said), entry)
            for entry in history.said
            if entry.recorded_at <= known_at
        ),
        key=lambda each: each[:2],
    ):
        said = entry.said
        if min(said.occurred_at, entry.recorded_at) > at:
            break
        is_ahead = said.occurred_at - entry.recorded_at > MARGIN
        hits = said.purpose in (purpose, "*") and said.channel in (channel, "*")
        is_mine = said.subject_id == contact[1]
        if said.decision == "lifted":
            if not is_ahead:
                blocks = [
                    block
                    for block in blocks
                    if (block.decision, block.subject_id, block.scope, block.purpose, block.channel)
                    != (said.lifts, said.subject_id, said.scope, said.purpose, said.channel)
                ]
        elif said.decision in BLOCKS:
            blocks.append(said)
        elif said.decision in ("refused", "withdrawn"):
            if is_mine and hits:
                alive = []
        elif is_mine and hits and not is_ahead:
            alive.append(entry)
    for block in blocks:
        about = block.purpose in (purpose, "*") and block.channel in (channel, "*")
        touches = block.scope == "person" or block.subject_id == contact[1]
        over = (
            block.adult_from <= at
            if block.decision == "minor" and block.adult_from
            else block.valid_until is not None and block.valid_until < at
        )
        if about and touches and not over and mine.legal_basis in BLOCKS[block.decision]:
            return None
    if mine.legal_basis == "legal_obligation":
        return 0
    wanted = "granted" if mine.legal_basis == "consent" else "informed"
    rule = mine.rules[channel]
    good = []
    for entry in alive:
        said, since = entry.said, min(entry.said.occurred_at, entry.recorded_at)
        notice = policy.notices[said.notice] if said.notice else None
        if (
            said.decision == wanted
            and notice is not None
            and purpose in notice.purposes
            and notice.effective_from <= since
            and (notice.effective_to is None or since < notice.effective_to)
            and (rule.max_age is None or rule.max_age.after(since) >= at)
            and (said.valid_until is None or said.valid_until >= at)
            and (not mine.adults_only or (said.adult_from is not None and said.adult_from <= at))
        ):
            good.append((since, entry.event_id))
    if not good:
        return None
    for other in mine.requires:
        if (
            channel not in policy.purposes[other].rules
            or _walk(history, policy, other, channel, contact, at, known_at) is None
        ):
            return None
    return max(good)[1]


def _turn(said: Said) -> int:
    """At one instant: lifts, then permissions, then what forbids."""
    return {"lifted": 0, "granted": 1, "informed": 1}.get(said.decision, 2)
