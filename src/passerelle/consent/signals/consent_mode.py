"""Google Consent Mode, version 2: what the states of its types say.

| a state is | where it is written | read as |
|---|---|---|
| `granted`, `GRANTED`, `Yes`, `true` | gtag, Measurement Protocol, GA4's export | granted |
| `denied`, `DENIED`, `No`, `false` | the same | denied |
| `Unset`, empty, anything else | GA4's export | nothing was said |

Source: Google's documentation of consent mode (seven types) and of GA4's BigQuery export
(`privacy_info`, whose types are `analytics_storage` and `ads_storage`).
"""

from __future__ import annotations

from collections.abc import Mapping

CONSENT_MODE_TYPES = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
_EXPORT_NAMES = {"ads_storage": "ad_storage"}
_STATES = {
    "granted": True, "yes": True, "true": True,
    "denied": False, "no": False, "false": False,
}  # fmt: skip


def read_states(given: Mapping[str, object]) -> dict[str, bool]:
    """The types of which a state is said, and whether it is granted.

    >>> read_states({"ad_storage": "denied", "analytics_storage": "GRANTED", "region": "FR"})
    {'ad_storage': False, 'analytics_storage': True}
    """
    states = {
        _EXPORT_NAMES.get(name, name): _STATES.get(str(value).lower())
        for name, value in given.items()
    }
    return {
        name: state
        for name, state in states.items()
        if name in CONSENT_MODE_TYPES and state is not None
    }
