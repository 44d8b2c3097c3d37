"""Read a policy from its file, and say all that is wrong with it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from passerelle.consent.channels import CHANNELS
from passerelle.consent.periods import Period, parse_period
from passerelle.consent.policy.policy import (
    LEGAL_BASES,
    RETENTION_BEGINNINGS,
    Frequency,
    Notice,
    Policy,
    Purpose,
    Retention,
    Rule,
    Signals,
)
from passerelle.consent.policy.signals import LAST_TCF_PURPOSE
from passerelle.consent.signals import CONSENT_MODE_TYPES
from passerelle.ingest import LOOKUP_KINDS
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import LANGUAGES, _

_ADULT_YEARS = (13, 21)
_LAST_VENDOR = 65_535  # ids of the TCF have 16 bits
_NOW = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PolicyProblem:
    """Something that a policy may not say: where, what, and what to write instead."""

    place: str
    message: str
    hint: str


@dataclass(frozen=True)
class ReadPolicy:
    """A policy as it was read; it may be used only if there are no problems."""

    policy: Policy
    problems: tuple[PolicyProblem, ...]


def read_default_policy() -> str:
    """The text of the policy that comes with passerelle: a French retailer's."""
    return (resources.files("passerelle.consent.policy").joinpath("default_policy.toml")).read_text(
        encoding="utf-8"
    )


def open_policy(path: Path) -> ReadPolicy:
    """Read a policy file.

    Raises:
        InvalidInput: It cannot be read, or is no TOML.
    """
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
            hint=_("Give the path of a policy file; see docs/reference/consent-policy.md."),
        ) from None
    except UnicodeDecodeError:
        raise InvalidInput(
            _("{path} is not UTF-8 text.").format(path=path),
            hint=_("Save it as UTF-8."),
        ) from None


def parse_policy(text: str) -> ReadPolicy:
    """Read a policy from its text.

    Raises:
        InvalidInput: It is no TOML.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            _("The policy is not valid TOML: {error}").format(error=error),
            hint=_("See docs/reference/consent-policy.md."),
        ) from None
    reader = _Reader()
    policy = reader.policy(given)
    return ReadPolicy(policy, tuple(reader.problems))


@dataclass
class _Reader:
    """Reads what it can and notes what it cannot."""

    problems: list[PolicyProblem] = field(default_factory=list)
    place: tuple[str, ...] = ()

    def policy(self, given: Mapping[str, Any]) -> Policy:
        table = _Table(self, given)
        policy = Policy(
            version=table.text("version"),
            effective_from=table.instant("effective_from") or _NOW,
            majority_years=table.whole("majority_years", 18, _ADULT_YEARS),
            purposes={key: self.purpose(each) for key, each in table.tables("purposes")},
            notices={key: self.notice(each) for key, each in table.tables("notices")},
            retention={key: self.retention(each) for key, each in table.tables("retention")},
            signals=self.signals(table.table("signals")),
            lookups={key: self.lookup(each) for key, each in table.tables("lookups", LOOKUP_KINDS)},
        )
        table.finish()
        self._check_references(policy)
        return policy

    def purpose(self, table: _Table) -> Purpose:
        purpose = Purpose(
            label=table.languages("label"),
            legal_basis=table.choice("legal_basis", tuple(LEGAL_BASES)),
            rules={key: self.rule(each) for key, each in table.tables("channels", tuple(CHANNELS))},
            adults_only=table.truth("adults_only"),
            requires=table.texts("requires"),
            tcf_purposes=table.numbers("tcf_purposes", LAST_TCF_PURPOSE),
            consent_mode=table.texts("consent_mode", CONSENT_MODE_TYPES),
            categories=table.texts("categories"),
            topics={key: self.topic(each) for key, each in table.tables("topics")},
            frequencies={key: self.frequency(each) for key, each in table.tables("frequencies")},
        )
        table.finish()
        return purpose

    def topic(self, table: _Table) -> Mapping[str, str]:
        label = table.languages("label")
        table.finish()
        return label

    def frequency(self, table: _Table) -> Frequency:
        frequency = Frequency(table.languages("label"), table.whole("days", 0, (0, 366)))
        table.finish()
        return frequency

    def rule(self, table: _Table) -> Rule:
        rule = Rule(table.period("max_age"), table.text("source", needed=False))
        table.finish()
        if rule.max_age is not None and not rule.source:
            table.wrong("source", _("A period says where it comes from."), _source_hint())
        return rule

    def notice(self, table: _Table) -> Notice:
        notice = Notice(
            text=table.languages("text"),
            purposes=table.texts("purposes"),
            effective_from=table.instant("effective_from") or _NOW,
            effective_to=table.instant("effective_to", needed=False),
        )
        table.finish()
        return notice

    def retention(self, table: _Table) -> Retention:
        period = table.period("period")
        if period is None:
            table.wrong("period", _("It says for how long."), _period_hint())
        retention = Retention(
            period=period or Period(),
            begins=table.choice("begins", tuple(RETENTION_BEGINNINGS)),
            counts_as_contact=table.texts("counts_as_contact"),
            source=table.text("source"),
        )
        table.finish()
        return retention

    def signals(self, table: _Table) -> Signals:
        signals = Signals(
            notice=table.text("notice", needed=False),
            tcf_vendor=table.whole("tcf_vendor", 0, (0, _LAST_VENDOR)),
        )
        table.finish()
        return signals

    def lookup(self, table: _Table) -> Mapping[str, str]:
        return {purpose: table.choice(purpose, tuple(CHANNELS)) for purpose in table.given}

    def _check_references(self, policy: Policy) -> None:
        if policy.signals.notice and policy.signals.notice not in policy.notices:
            with self.at("signals"):
                self.wrong("notice", _no_notice(policy.signals.notice), _notices(policy.notices))
        for key, purpose in policy.purposes.items():
            with self.at("purposes", key):
                self._check_purpose(policy, purpose)
        for kind, lookup in policy.lookups.items():
            with self.at("lookups", kind):
                self._check_lookup(policy, lookup)
        for key, notice in policy.notices.items():
            with self.at("notices", key):
                self._check_notice(policy, key, notice)

    def _check_purpose(self, policy: Policy, purpose: Purpose) -> None:
        if not purpose.rules:
            self.wrong("channels", _("A purpose has at least one channel."), _channel_hint())
        for other in purpose.requires:
            if other not in policy.purposes:
                self.wrong("requires", _no_purpose(other), _known(policy.purposes))
            elif policy.purposes[other].requires:
                self.wrong(
                    "requires",
                    _("{other} requires purposes itself.").format(other=other),
                    _("Name those here too, and let {other} require none.").format(other=other),
                )

    def _check_lookup(self, policy: Policy, lookup: Mapping[str, str]) -> None:
        for key, channel in lookup.items():
            if key not in policy.purposes:
                self.wrong(key, _no_purpose(key), _known(policy.purposes))
            elif channel not in policy.purposes[key].rules:
                self.wrong(
                    key,
                    _("The policy does not open this channel to this purpose."),
                    _("Write one of: {choices}.").format(
                        choices=", ".join(policy.purposes[key].rules)
                    ),
                )

    def _check_notice(self, policy: Policy, key: str, notice: Notice) -> None:
        if not all(key.partition("@")):
            self.wrong(
                "", _("A notice is named with its version."), _("Such as newsletter@2026-01.")
            )
        for purpose in notice.purposes:
            if purpose not in policy.purposes:
                self.wrong("purposes", _no_purpose(purpose), _known(policy.purposes))
        if notice.effective_to is not None and notice.effective_to <= notice.effective_from:
            self.wrong(
                "effective_to", _("It ends before it begins."), _("Give a later day, or none.")
            )

    @contextmanager
    def at(self, *names: str) -> Iterator[None]:
        before, self.place = self.place, (*self.place, *names)
        yield
        self.place = before

    def wrong(self, name: str, message: str, hint: str) -> None:
        place = ".".join((*self.place, name) if name else self.place)
        self.problems.append(PolicyProblem(place, message, hint))


@dataclass
class _Table:
    """A table of the file whose keys are taken one by one; what is left is no policy's."""

    reader: _Reader
    given: Mapping[str, Any]
    place: tuple[str, ...] = ()
    taken: set[str] = field(default_factory=set)

    def wrong(self, name: str, message: str, hint: str) -> None:
        with self.reader.at(*self.place):
            self.reader.wrong(name, message, hint)

    def finish(self) -> None:
        for name in sorted(set(self.given) - self.taken):
            hint = _("It may have: {known}.").format(known=", ".join(sorted(self.taken)))
            self.wrong(name, _("Nothing of that name is known here."), hint)

    def take(self, name: str, kind: type | tuple[type, ...], hint: str, *, needed: bool) -> Any:
        self.taken.add(name)
        value = self.given.get(name)
        if value is None:
            if needed:
                self.wrong(name, _("It is missing."), hint)
            return None
        is_right = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
        if not is_right:
            self.wrong(name, _("It cannot be read."), hint)
        return value if is_right else None

    def text(self, name: str, *, needed: bool = True) -> str:
        hint = _('Write a text, such as {name} = "..."').format(name=name)
        value = self.take(name, str, hint, needed=needed)
        if value is not None and not value.strip():
            self.wrong(name, _("It is empty."), hint)
        return value or ""

    def truth(self, name: str) -> bool:
        hint = _("Write true or false: {name} = true").format(name=name)
        return bool(self.take(name, bool, hint, needed=False))

    def whole(self, name: str, usual: int, limits: tuple[int, int]) -> int:
        low, high = limits
        hint = _("Write a whole number from {low} to {high}.").format(low=low, high=high)
        value = self.take(name, int, hint, needed=False)
        if value is not None and not low <= value <= high:
            self.wrong(name, _("It is out of bounds."), hint)
        return usual if value is None else int(value)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        hint = _("Write one of: {choices}.").format(choices=", ".join(choices))
        value = self.take(name, str, hint, needed=True)
        if value is not None and value not in choices:
            self.wrong(name, _("{value!r} is unknown.").format(value=value), hint)
            return choices[0]
        return value or choices[0]

    def texts(self, name: str, choices: tuple[str, ...] | None = None) -> tuple[str, ...]:
        hint = (
            _('Write a list of texts, such as {name} = ["..."]').format(name=name)
            if choices is None
            else _("Write some of: {choices}.").format(choices=", ".join(choices))
        )
        values = self.take(name, list, hint, needed=False) or []
        sound = [each for each in values if isinstance(each, str) and each]
        if len(sound) < len(values) or (choices and not set(sound) <= set(choices)):
            self.wrong(name, _("It cannot be read."), hint)
        return tuple(each for each in sound if choices is None or each in choices)

    def numbers(self, name: str, most: int) -> tuple[int, ...]:
        hint = _("Write a list of whole numbers from 1 to {most}.").format(most=most)
        values = self.take(name, list, hint, needed=False) or []
        sound = [each for each in values if type(each) is int and 1 <= each <= most]
        if len(sound) < len(values):
            self.wrong(name, _("It cannot be read."), hint)
        return tuple(sound)

    def period(self, name: str) -> Period | None:
        value = self.take(name, str, _period_hint(), needed=False)
        try:
            return None if value is None else parse_period(value)
        except InvalidInput as error:
            self.wrong(name, error.message, error.hint)
            return None

    def instant(self, name: str, *, needed: bool = True) -> datetime | None:
        hint = _("Write a day, such as {name} = 2026-01-31").format(name=name)
        value = self.take(name, (datetime, date), hint, needed=needed)
        if value is None:
            return None
        if not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def languages(self, name: str) -> Mapping[str, str]:
        hint = _("Write it in each language: {names}.").format(
            names=", ".join(f"{name}.{language}" for language in LANGUAGES)
        )
        value = self.take(name, dict, hint, needed=True) or {}
        if value and (
            set(value) != set(LANGUAGES) or not all(_is_text(each) for each in value.values())
        ):
            self.wrong(name, _("It is not said in every language."), hint)
        return {key: each for key, each in value.items() if _is_text(each)}

    def table(self, name: str) -> _Table:
        hint = _("Write a section such as [{name}]").format(name=name)
        return _Table(
            self.reader, self.take(name, dict, hint, needed=False) or {}, (*self.place, name)
        )

    def tables(
        self, name: str, choices: tuple[str, ...] | None = None
    ) -> Iterator[tuple[str, _Table]]:
        hint = _("Write a section such as [{name}.NAME]").format(name=name)
        for key, each in (self.take(name, dict, hint, needed=False) or {}).items():
            if choices is not None and key not in choices:
                known = _("Write one of: {choices}.").format(choices=", ".join(choices))
                self.wrong(f"{name}.{key}", _("{value!r} is unknown.").format(value=key), known)
            elif not isinstance(each, dict):
                self.wrong(f"{name}.{key}", _("It cannot be read."), hint)
            else:
                yield key, _Table(self.reader, each, (*self.place, name, key))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _no_purpose(name: str) -> str:
    return _("There is no purpose called {name!r}.").format(name=name)


def _known(purposes: Mapping[str, Purpose]) -> str:
    return _("Purposes: {names}.").format(names=", ".join(purposes))


def _no_notice(name: str) -> str:
    return _("There is no notice called {name!r}.").format(name=name)


def _notices(notices: Mapping[str, Notice]) -> str:
    return _("Notices: {names}.").format(names=", ".join(notices))


def _period_hint() -> str:
    return _('Write a number of days, months or years, such as "13 months".')


def _source_hint() -> str:
    return _('Write the law, authority or choice behind it: source = "..."')


def _channel_hint() -> str:
    return _("Write a section such as [purposes.NAME.channels.email].")
