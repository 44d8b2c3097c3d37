"""What somebody may be reached for, on each channel, and what they say about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from passerelle.consent import (
    CHANNELS,
    EVERY,
    LEGAL_BASES,
    REASONS,
    Gate,
    Judged,
    Notice,
    Policy,
    Preference,
    Purpose,
    Said,
    get_policy,
    list_preferences,
    list_said,
    record,
    set_preference,
)
from passerelle.consent import LedgerEntry as Entry
from passerelle.identify import get_parts
from passerelle.kernel import InvalidInput, format_id, parse_id
from passerelle.kernel.language import _, current_language
from passerelle.portal.declaring import find_majority, own_record_id
from passerelle.portal.known_data import shown_value
from passerelle.portal.portal import SOURCE, Portal
from passerelle.portal.signing_in.entering import Visitor
from passerelle.store import BulkSession

SUBJECT_PREFIX = "s"
_TOGETHER = ("cookie", "mobile_id", "record")
ASKABLE = ("consent", "legitimate_interest")
"""Legal bases of which people decide; an order under way and the law ask nobody."""


@dataclass(frozen=True)
class Subject:
    """An identifier that consent is given for, as its bearer sees it."""

    type: str
    subject_id: int
    shown: str

    @property
    def name(self) -> str:
        """Its id in forms."""
        return format_id(self.subject_id, SUBJECT_PREFIX)


@dataclass(frozen=True)
class ChoiceLine:
    """One purpose on one channel at one contact point: what is so, since when, and what may change.

    notice: The text that was shown, or that is shown to whoever says yes now.
    also: Records or devices of the same sort, for which a no holds too.
    """

    purpose: str
    channel: str
    channel_label: str
    subject: Subject
    is_allowed: bool
    code: str
    reason: str
    since: datetime | None
    method: str
    notice: str
    may_give: bool
    may_withdraw: bool
    also: tuple[Subject, ...] = ()


@dataclass(frozen=True)
class PurposeChoice:
    """One purpose with all its lines, and what may be chosen within it."""

    key: str
    label: str
    legal_basis: str
    is_askable: bool
    lines: tuple[ChoiceLine, ...]
    frequencies: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]
    frequency: str
    chosen_topics: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """All that somebody may decide.

    has_objected: Whether they objected to everything.
    """

    purposes: tuple[PurposeChoice, ...]
    has_objected: bool


def list_subjects(portal: Portal, visitor: Visitor) -> tuple[Subject, ...]:
    """Every identifier of the visitor; of one whom nobody knows, the contact point alone."""
    contact = visitor.contact
    if visitor.profile_id is None:
        return (Subject(contact.type, contact.subject_id, ""),)
    held = get_parts(portal.parts.store, visitor.profile_id).identifiers
    found = {
        each.identifier_id: Subject(
            each.type, each.identifier_id, shown_value(each.type, each.value)
        )
        for each in held
    }
    # Of a family's mailbox, each who signed in with it may speak for it.
    found.setdefault(contact.subject_id, Subject(contact.type, contact.subject_id, ""))
    return tuple(found.values())


def read_choices(portal: Portal, visitor: Visitor) -> Choices:
    """What is permitted and said of the visitor, by purpose."""
    subjects = list_subjects(portal, visitor)
    now = portal.parts.clock()
    gate = Gate(portal.parts.store, portal.parts.keys, portal.parts.clock)
    ids = [each.subject_id for each in subjects]
    with portal.parts.store.reading() as reading:
        policy = get_policy(reading, at=now, known_at=now)
        pairs = [(each.type, each.subject_id) for each in subjects]
        judged = gate.look_at(reading, pairs, at=now)
        said = list_said(reading, ids)
        preferences = list_preferences(reading, [visitor.contact.subject_id])
    if policy is None:
        return Choices((), has_objected=False)
    has_objected = bool(_open_objections(said))
    by_id = {each.subject_id: each for each in subjects}
    view = _View(portal, visitor, policy, by_id, now, has_objected)
    entries = {each.event_id: each for each in said}
    chosen = {each.purpose: each for each in preferences}
    return Choices(
        tuple(
            _purpose_choice(view, key, purpose, judged, entries, chosen.get(key))
            for key, purpose in policy.purposes.items()
        ),
        has_objected=has_objected,
    )


def change(portal: Portal, visitor: Visitor, action: str, words: tuple[str, str, str]) -> None:
    """Give or withdraw one permission.

    Args:
        portal: The page.
        visitor: Who says it.
        action: `give` or `withdraw`.
        words: Purpose, channel, and the name of a subject, as a form of `read_choices` had them.

    Raises:
        InvalidInput: The page offers them no such choice, or no more.
    """
    line = _find_line(read_choices(portal, visitor), words)
    if line is None or not (line.may_give if action == "give" else line.may_withdraw):
        raise InvalidInput(
            _("This choice is not offered any more."),
            hint=_("Open the page again to see what is."),
        )
    now = portal.parts.clock()
    with portal.parts.store.reading() as reading:
        policy = get_policy(reading, at=now, known_at=now)
    assert policy is not None  # noqa: S101 - the line comes from it
    adult_from = _adult_from(portal, visitor, policy, line.purpose)
    with portal.parts.store.bulk() as bulk:
        speech = _Speech(portal, visitor, bulk, now)
        if action == "give":
            speech.give(policy, line, adult_from)
        else:
            speech.withdraw(policy.purposes[line.purpose], line)
        portal.note(
            bulk,
            f"portal.consent_{'given' if action == 'give' else 'withdrawn'}",
            (line.subject.subject_id,),
            {"purpose": line.purpose, "channel": line.channel},
        )


def object_to_all(portal: Portal, visitor: Visitor, *, is_lifted: bool = False) -> None:
    """Object to all that people may object to, or take that back.

    Of the person where it is known who it is, through whatever contact point; else of the contact
    point.
    """
    now = portal.parts.clock()
    ids = [each.subject_id for each in list_subjects(portal, visitor)]
    with portal.parts.store.bulk() as bulk:
        speech = _Speech(portal, visitor, bulk, now)
        if is_lifted:
            speech.lift(_open_objections(list_said(bulk, ids)))
        else:
            speech.object_to_everything()
        action = "portal.objection_lifted" if is_lifted else "portal.objected"
        portal.note(bulk, action, (visitor.contact.subject_id,))


def choose(
    portal: Portal, visitor: Visitor, key: str, *, frequency: str, topics: Sequence[str]
) -> None:
    """Keep topics and frequency of a purpose, for the contact point that was signed in with.

    Raises:
        InvalidInput: The policy offers no such choice.
    """
    now = portal.parts.clock()
    with portal.parts.store.bulk() as bulk:
        policy = get_policy(bulk, at=now, known_at=now)
        purpose = None if policy is None else policy.purposes.get(key)
        if purpose is None:
            raise InvalidInput(
                _("There is no purpose called {name!r}.").format(name=key),
                hint=_("Open the page again to see what is."),
            )
        kept = None if set(topics) == set(purpose.topics) else tuple(topics)
        subject_id = visitor.contact.subject_id
        set_preference(bulk, Preference(subject_id, key, frequency, kept, now), purpose)
        portal.note(bulk, "portal.preference_set", (subject_id,), {"purpose": key})


@dataclass(frozen=True)
class _View:
    """What all lines of one page are made from."""

    portal: Portal
    visitor: Visitor
    policy: Policy
    subjects: dict[int, Subject]
    now: datetime
    has_objected: bool

    @property
    def own_subjects(self) -> set[int]:
        """What the visitor may say yes for: what they proved to be theirs, or declared here.

        A merge never makes a permission, and so nobody gives one for a contact point that a wrong
        merge may have put beside theirs. A no is believed of all.
        """
        own = {self.visitor.contact.subject_id}
        if self.visitor.profile_id is not None:
            own.add(own_record_id(self.portal.parts, self.visitor.contact))
        return own


def _purpose_choice(
    view: _View,
    key: str,
    purpose: Purpose,
    judged: dict[tuple[str, str], tuple[Judged, ...]],
    entries: dict[int, Entry],
    chosen: Preference | None,
) -> PurposeChoice:
    language = current_language()
    lines = tuple(
        _line(view, key, channel, group, entries)
        for channel in purpose.rules
        for group in _grouped(view, judged.get((key, channel), ()))
    )
    topics = tuple((name, label[language]) for name, label in purpose.topics.items())
    is_all = chosen is None or chosen.topics is None
    return PurposeChoice(
        key=key,
        label=purpose.label[language],
        legal_basis=_(LEGAL_BASES[purpose.legal_basis]),
        is_askable=purpose.legal_basis in ASKABLE,
        lines=lines,
        frequencies=tuple(
            (name, each.label[language]) for name, each in purpose.frequencies.items()
        ),
        topics=topics,
        frequency="" if chosen is None else chosen.frequency,
        chosen_topics=tuple(name for name, _label in topics)
        if is_all
        else tuple((chosen and chosen.topics) or ()),
    )


def _grouped(view: _View, judged: Sequence[Judged]) -> list[tuple[Judged, ...]]:
    """Contact points one by one; records and devices by sort, what permits or is own first.

    Records are of interest where one permits, or is what the person declared here.
    """
    groups: dict[object, list[Judged]] = {}
    for each in judged:
        together = each.subject_type in _TOGETHER
        groups.setdefault(each.subject_type if together else each.subject_id, []).append(each)
    own = view.own_subjects

    def place(each: Judged) -> tuple[bool, bool]:
        return not each.is_allowed, each.subject_id not in own

    ordered = [tuple(sorted(group, key=place)) for group in groups.values()]
    return [
        group
        for group in ordered
        if group[0].subject_type != "record" or place(group[0]) != (True, True)
    ]


def _line(
    view: _View, key: str, channel: str, group: Sequence[Judged], entries: dict[int, Entry]
) -> ChoiceLine:
    purpose, judged = view.policy.purposes[key], group[0]
    entry = entries.get(judged.event_id) if judged.event_id is not None else None
    is_own = judged.subject_id in view.own_subjects
    is_askable = purpose.legal_basis in ASKABLE
    notice = _notice_for(view, key, entry)
    return ChoiceLine(
        purpose=key,
        channel=channel,
        channel_label=_(CHANNELS[channel].label),
        subject=view.subjects[judged.subject_id],
        is_allowed=judged.is_allowed,
        code=judged.reason,
        reason=_(REASONS[judged.reason]),
        since=None if entry is None else entry.occurred_at,
        method="" if entry is None else entry.said.method,
        notice="" if notice is None else notice.text[current_language()],
        may_give=is_askable
        and is_own
        and not judged.is_allowed
        and notice is not None
        and not view.has_objected,
        may_withdraw=is_askable and judged.is_allowed,
        also=tuple(view.subjects[each.subject_id] for each in group[1:] if each.is_allowed),
    )


def _notice_for(view: _View, key: str, entry: Entry | None) -> Notice | None:
    """The notice that was shown when it was said, else the one that is shown now."""
    if entry is not None and entry.said.notice in view.policy.notices:
        return view.policy.notices[entry.said.notice]
    name = current_notice(view.policy, key, view.now)
    return None if name is None else view.policy.notices[name]


def current_notice(policy: Policy, purpose: str, now: datetime) -> str | None:
    """The name of the newest notice in force that tells of a purpose."""
    told = [
        (notice.effective_from, name)
        for name, notice in policy.notices.items()
        if purpose in notice.purposes
        and notice.effective_from <= now
        and (notice.effective_to is None or now < notice.effective_to)
    ]
    return max(told)[1] if told else None


def _adult_from(portal: Portal, visitor: Visitor, policy: Policy, purpose: str) -> datetime | None:
    """When the visitor comes of age, for a purpose that asks it."""
    if not policy.purposes[purpose].adults_only:
        return None
    return find_majority(portal.parts, visitor.profile_id, policy.majority_years)


def _find_line(choices: Choices, words: tuple[str, str, str]) -> ChoiceLine | None:
    purpose, channel, name = words
    subject_id = parse_id(name, SUBJECT_PREFIX)
    return next(
        (
            line
            for each in choices.purposes
            for line in each.lines
            if (line.purpose, line.channel, line.subject.subject_id)
            == (purpose, channel, subject_id)
        ),
        None,
    )


def _open_objections(said: Iterable[Entry]) -> list[Said]:
    """Objections to everything that nobody took back since."""
    latest: dict[tuple[int, str], Said] = {}
    for entry in sorted(said, key=lambda each: each.occurred_at):
        each = entry.said
        if (each.purpose, each.channel) == (EVERY, EVERY) and (
            each.decision == "objected" or each.lifts == "objected"
        ):
            latest[each.subject_id, each.scope] = each
    return [each for each in latest.values() if each.decision == "objected"]


@dataclass(frozen=True)
class _Speech:
    """Says things in a visitor's name, in one transaction."""

    portal: Portal
    visitor: Visitor
    bulk: BulkSession
    now: datetime

    def give(self, policy: Policy, line: ChoiceLine, adult_from: datetime | None) -> None:
        purpose = policy.purposes[line.purpose]
        name = current_notice(policy, line.purpose, self.now) or ""
        shown = policy.notices[name].text[current_language()]
        about = self._about(line)
        # An objection to this very purpose and channel ends with the yes to it.
        lift = replace(about, decision="lifted", lifts="objected")
        yes = replace(
            about,
            decision="granted" if purpose.legal_basis == "consent" else "informed",
            notice=name,
            evidence=self._evidence(name, shown, line),
            adult_from=adult_from,
        )
        self._say([lift, yes] if line.code == "objected" else [yes])

    def withdraw(self, purpose: Purpose, line: ChoiceLine) -> None:
        decision = "withdrawn" if purpose.legal_basis == "consent" else "objected"
        about = self._about(line)
        self._say(
            [
                replace(about, subject_id=each.subject_id, decision=decision)
                for each in (line.subject, *line.also)
            ]
        )

    def object_to_everything(self) -> None:
        is_known = self.visitor.profile_id is not None
        self._say([replace(self._base(), scope="person" if is_known else "subject")])

    def lift(self, objections: Iterable[Said]) -> None:
        self._say(
            [
                replace(
                    each,
                    decision="lifted",
                    lifts="objected",
                    method=SOURCE,
                    source=SOURCE,
                    is_trusted=True,
                    occurred_at=self.now,
                    valid_until=None,
                )
                for each in objections
            ]
        )

    def _about(self, line: ChoiceLine) -> Said:
        subject = line.subject
        return replace(
            self._base(),
            subject_type=subject.type,
            subject_id=subject.subject_id,
            purpose=line.purpose,
            channel=line.channel,
        )

    def _base(self) -> Said:
        contact = self.visitor.contact
        return Said(
            subject_type=contact.type,
            subject_id=contact.subject_id,
            purpose=EVERY,
            channel=EVERY,
            decision="objected",
            method=SOURCE,
            source=SOURCE,
            is_trusted=True,
            occurred_at=self.now,
        )

    def _evidence(self, notice: str, shown: str, line: ChoiceLine) -> str:
        """Hash of what was shown and pressed, by whom and when; nobody is read in it."""
        told = (notice, shown, line.purpose, line.channel, line.subject.name, self.now.isoformat())
        return sha256("\n".join((self.visitor.session.session_hash, *told)).encode()).hexdigest()

    def _say(self, said: list[Said]) -> None:
        record(self.bulk, said, keys=self.portal.parts.keys, at=self.now)
