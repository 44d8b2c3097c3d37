"""One thing that was said about consent, and what may be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from passerelle.consent.channels import CHANNELS, DEVICES, EVERY
from passerelle.kernel import RejectedRecord
from passerelle.kernel.language import N_, _

PERMISSIONS = ("granted", "informed")
"""What may permit: consent that was given; or, where the law asks no consent, that somebody was
told at collection and did not object."""

DENIALS = ("refused", "withdrawn")
"""What ends permissions given before it."""

BLOCKS = MappingProxyType(
    {
        "suppressed": ("consent", "legitimate_interest", "contract"),
        "deceased": ("consent", "legitimate_interest", "contract"),
        "restricted": ("consent", "legitimate_interest", "contract"),
        "minor": ("consent", "legitimate_interest"),
        "objected": ("consent", "legitimate_interest"),
    }
)
"""What stops, until it is lifted, purposes of these legal bases, whatever else was said; the first
of several is the reason that is given."""

DECISIONS = MappingProxyType(
    {
        "granted": N_("granted"),
        "informed": N_("informed, did not object"),
        "refused": N_("refused"),
        "withdrawn": N_("withdrew"),
        "objected": N_("objected"),
        "restricted": N_("asked for restriction"),
        "suppressed": N_("on a suppression list"),
        "deceased": N_("deceased"),
        "minor": N_("under age"),
        "lifted": N_("lifted"),
    }
)

METHODS = (
    "account", "banner", "call", "consent_mode", "double_optin", "form", "gpc", "import", "link",
    "list", "paper", "portal", "store", "system", "tcf", "unsubscribe",
)  # fmt: skip
"""How it was said."""

SCOPES = ("subject", "person")
"""Whether it is about one contact point or device, or about whoever it belongs to."""


@dataclass(frozen=True)
class Said:
    """One thing that was said about consent. Grain: one subject, purpose and channel.

    Args:
        subject_type: Type of the identifier that it is about.
        subject_id: Its id.
        scope: One of `SCOPES`.
        purpose: A purpose's key; a denial or a block may say `*`, every one.
        channel: A channel; `*` is every one, for all but `granted`.
        decision: One of `DECISIONS`.
        lifts: Of `lifted`: the kind of block that ends.
        method: One of `METHODS`.
        notice: What was shown, by key and version; what permits must name it.
        source: Who tells us.
        is_trusted: Whether that source is; a browser is not.
        occurred_at: When it was said, by whoever tells us.
        valid_until: The last instant at which a permission counts, if it says so itself.
        adult_from: When the person comes of age, if what was said proves it.
        evidence: Hash of the proof: a form's answers, a consent string.
    """

    subject_type: str
    subject_id: int
    purpose: str
    channel: str
    decision: str
    method: str
    source: str
    is_trusted: bool
    occurred_at: datetime
    scope: str = "subject"
    lifts: str = ""
    notice: str = ""
    valid_until: datetime | None = None
    adult_from: datetime | None = None
    evidence: str = ""


def check_said(said: Said) -> None:
    """Check what the ledger is to keep.

    Raises:
        RejectedRecord: It says what cannot be said; `reason` is a stable code.
    """
    is_permission = said.decision in PERMISSIONS
    known = (
        said.decision in DECISIONS
        and said.method in METHODS
        and said.scope in SCOPES
        and said.channel in (*CHANNELS, EVERY)
    )
    if not known:
        raise RejectedRecord("unknown_word", _("It holds a word that the ledger does not know."))
    if (said.decision == "lifted") != (said.lifts in BLOCKS):
        raise RejectedRecord("bad_lift", _("What is lifted is a block, and is named."))
    if is_permission and said.scope != "subject":
        raise RejectedRecord(
            "permission_of_a_person",
            _("A permission is given for a contact point or a device, not for a person."),
        )
    if said.decision == "granted" and EVERY in (said.purpose, said.channel):
        raise RejectedRecord(
            "unspecific_grant", _("Consent is given for one purpose and one channel.")
        )
    if is_permission and not said.notice:
        raise RejectedRecord("no_notice", _("What permits names the notice that was shown."))
    if not said.is_trusted:
        _check_untrusted(said)


def _check_untrusted(said: Said) -> None:
    """Anybody may refuse in a browser's name; nothing else is believed without a proof."""
    if said.decision in DENIALS or (said.decision == "objected" and said.scope == "subject"):
        return
    is_proved = said.decision == "granted" and said.subject_type in DEVICES and said.evidence
    if not is_proved:
        raise RejectedRecord(
            "not_trusted",
            _("A browser or a partner may refuse, or consent for a device with a proof; no more."),
        )
