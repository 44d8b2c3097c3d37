"""What our own banner says and asks, as a policy has it."""

from __future__ import annotations

from passerelle.consent.channels import CHANNELS, DEVICES
from passerelle.consent.policy import Policy
from passerelle.ingest import BannerPurpose, BannerSettings
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

CHOICE_MONTHS = 6
"""How long an answer is kept, a refusal as long as a grant. Source: CNIL, deliberations 2020-091
and 2020-092 of 17 September 2020."""


def banner_of(policy: Policy) -> BannerSettings:
    """The banner of a policy: its notice, and the purposes of it that a device consents to.

    Raises:
        InvalidInput: The policy names no notice, or the notice tells of no such purpose.
    """
    notice = policy.notices.get(policy.signals.notice)
    if notice is None:
        raise InvalidInput(
            _("The policy does not say which notice the banner shows."),
            hint=_('Write it under [signals], such as notice = "banner@1", and apply the policy.'),
        )
    purposes = tuple(
        BannerPurpose(key, policy.purposes[key].label, policy.purposes[key].categories)
        for key in notice.purposes
        if _is_asked(policy, key)
    )
    if not purposes:
        raise InvalidInput(
            _("The banner's notice tells of no purpose that a browser could consent to."),
            hint=_("Name purposes by consent that have a channel such as analytics, ads or site."),
        )
    return BannerSettings(policy.signals.notice, CHOICE_MONTHS, notice.text, purposes)


def _is_asked(policy: Policy, key: str) -> bool:
    purpose = policy.purposes[key]
    return purpose.legal_basis == "consent" and any(
        set(DEVICES) & set(CHANNELS[channel].subject_types) for channel in purpose.rules
    )
