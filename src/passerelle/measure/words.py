"""The words of the report: what each code, definition and value is called."""

from __future__ import annotations

from types import MappingProxyType

from passerelle.kernel.language import N_, _
from passerelle.measure.match_report import Caution, Definition, MatchReport
from passerelle.measure.match_tables import STEPS
from passerelle.pages import long_date, number, share

_TITLES = MappingProxyType(
    {
        "claimed": N_("Claimed"),
        "live": N_("Live individual"),
        "device": N_("Devices"),
        "household": N_("Households"),
        "reachable": N_("Reachable in 30 days"),
    }
)
_MEANINGS = MappingProxyType(
    {
        "claimed": N_("people ever tied to a cookie or a mobile id"),
        "live": N_("people with a device whose identifier still lives, by its browser's rule"),
        "device": N_("live devices, of all that these people are thought to use"),
        "household": N_("households with at least one live member"),
        "reachable": N_("people expected to be seen again on a device within 30 days"),
    }
)
_ALSO = MappingProxyType(
    {
        "of_claimed": N_("of those claimed"),
        "weighted_by_survival": N_("expected, by how long devices were seen to live"),
        "seen_again_in_90_days": N_("expected to be seen again within 90 days"),
        "with_consent": N_("live, and consent to advertising stated"),
        "of_devices_ever_bound": N_("of the devices ever tied to a person"),
        "claimed": N_("with a member ever tied to a device"),
        "reachable": N_("expected to be seen again within 30 days"),
        "realised": N_("seen in the 30 days before"),
        "with_consent_predicted": N_("expected, and consent to advertising stated"),
        "with_consent_realised": N_("seen in the 30 days before, and consent stated"),
    }
)
_UNITS = MappingProxyType(
    {"people": N_("people"), "devices": N_("devices"), "households": N_("households")}
)
_GAPS = MappingProxyType(
    {
        "seen": N_("Seen in the last 30 days"),
        "alive_unseen": N_("Alive, but not seen for 30 days"),
        "dead": N_("Tied once, but every identifier has died"),
        "bindable": N_("Never tied, but an e-mail or a login is known"),
        "unbindable": N_("Never tied, and nothing to tie by"),
    }
)
_GAP_ADVICE = MappingProxyType(
    {
        "seen": N_("Within reach now."),
        "alive_unseen": N_("They come back rarely: a reason to visit brings them."),
        "dead": N_("A login or a click on a personal link ties them again."),
        "bindable": N_("A personal link in a newsletter, or a login, would tie them."),
        "unbindable": N_("Ask for an e-mail address in the shop or by post."),
    }
)
_DIMENSIONS = MappingProxyType(
    {
        "type": N_("Type"),
        "evidence": N_("Evidence"),
        "source": N_("Source"),
        "browser": N_("Browser"),
        "age": N_("Days since first seen"),
        "consent": N_("Consent"),
    }
)
_DIMENSION_TITLES = MappingProxyType(
    {
        "type": N_("By type of identifier"),
        "evidence": N_("What ties person and device"),
        "source": N_("Who says so"),
        "browser": N_("By browser"),
        "age": N_("How old the cookies are"),
        "consent": N_("Consent to advertising"),
    }
)
_VALUES = MappingProxyType(
    {
        "type": {
            "cookie": N_("cookie of the site"),
            "mobile_id": N_("mobile advertising id"),
            "partner_cookie": N_("cookie of a partner"),
        },
        "browser": {
            "ios_safari": N_("Safari on iPhone and iPad"),
            "mac_safari": N_("Safari on Mac"),
            "android_chrome": N_("Chrome on Android"),
            "chromium": N_("Chrome and kin on computers"),
            "firefox": N_("Firefox"),
            "app": N_("in an app"),
            "other": N_("another browser"),
            "unknown": N_("not seen in our events"),
            "any": N_("all other browsers"),
        },
        "consent": {
            "granted": N_("granted"),
            "denied": N_("denied"),
            "unstated": N_("not stated"),
        },
        "channel": {"shop": N_("shop"), "web": N_("web"), "unknown": N_("not said")},
    }
)
_CAUTIONS = MappingProxyType(
    {
        "no_people": N_("There is nobody in the base yet."),
        "few_people": N_("Only {count} people: shares can be off by several points."),
        "no_events": N_("No event was imported: nothing says whether a device is still seen."),
        "events_end_early": N_(
            "The last event is {count} days older than the report: whatever happened since "
            "is missing, and fewer people look alive or seen than are."
        ),
        "events_too_short": N_(
            "Events cover {count} days only: the forecast needs 60 to learn who comes back."
        ),
        "few_fitted_devices": N_(
            "The forecast was learnt from {count} devices only; treat it as rough."
        ),
        "only_partner_cookies": N_(
            "{count} people are alive through a partner's cookies only: whether these come back "
            "cannot be seen from here, so the forecast counts them as not coming."
        ),
        "no_consent_stated": N_(
            "No event states a consent: every number is before consent, and none may be activated "
            "on its strength."
        ),
        "consent_unstated": N_(
            "{count} devices never stated a consent; the numbers with consent leave them out."
        ),
        "other_currencies": N_(
            "{count} receipts in other currencies are left out of the receipts below."
        ),
    }
)


def definition_title(name: str) -> str:
    """The name of one of the five definitions."""
    return _(_TITLES[name])


def definition_meaning(name: str) -> str:
    """What one of the five definitions counts, in half a sentence."""
    return _(_MEANINGS[name])


def also_label(name: str) -> str:
    """What a share beside a definition is."""
    return _(_ALSO[name])


def unit_label(definition: Definition) -> str:
    """What a definition counts."""
    return _(_UNITS[definition.unit])


def gap_label(reason: str) -> str:
    """Why a part of the people is or is not reached."""
    return _(_GAPS[reason])


def gap_advice(reason: str) -> str:
    """What would bring a part of the people within reach."""
    return _(_GAP_ADVICE[reason])


def dimension_title(name: str) -> str:
    """The title of a breakdown."""
    return _(_DIMENSION_TITLES[name])


def dimension_label(name: str) -> str:
    """What a breakdown is by."""
    return _(_DIMENSIONS[name])


def value_label(dimension: str, value: str) -> str:
    """A value of a breakdown as people read it.

    >>> value_label("age", "180"), value_label("age", "0"), value_label("source", "crm")
    ('180–399', '0', 'crm')
    """
    if dimension == "age":
        return interval_label(int(value))
    if dimension == "evidence":
        from passerelle.identify import EVIDENCE_KINDS

        kind = EVIDENCE_KINDS.get(value)
        return value if kind is None else _(kind.label)
    known = _VALUES.get(dimension, {})
    return _(known[value]) if value in known else value


def interval_label(start: int) -> str:
    """An interval of days by its start: the last one has no end."""
    if start == STEPS[-1]:
        return f"{start}+"
    end = STEPS[STEPS.index(start) + 1] - 1
    return str(start) if end == start else f"{start}–{end}"


def caution_text(caution: Caution) -> str:
    """A caution as a sentence."""
    return _(_CAUTIONS[caution.code]).format(count=number(caution.count))


def report_heading(report: MatchReport) -> str:
    """What the report is about: its day, its people and its households."""
    return _("Match report as of {day}: {people} people in {households} households").format(
        day=long_date(report.as_of),
        people=number(report.people),
        households=number(report.households),
    )


def report_headline(report: MatchReport) -> str:
    """The report in one sentence, for people who read no further."""
    if not report.people:
        return _("There is nobody in the base yet.")
    shares = {
        name: share(report.definition(name).share.ratio, decimals=0)
        for name in ("claimed", "live", "reachable")
    }
    return _(
        "Of the people you know, {claimed} were once recognised online, {live} could still be "
        "today, and {reachable} are expected back within 30 days."
    ).format(**shares)
