"""Writes an e-mail address or a phone number as each advertising platform hashes it.

"The SHA-256 of the normalised address" names at least five functions: Google drops the dots of a
Gmail address, Meta keeps them, UID2 drops them at gmail.com but not at googlemail.com. A form is
made when a value leaves for its platform, from the canonical value, and is never stored as one.

Sources, read in November 2026: Google Data Manager API (google-ads-datamanager-util 0.4.0); Meta
customer information parameters, 2026-01-09; UID2 and EUID normalisation and encoding
(IABTechLab/uid2docs); IAB PAIR; TikTok customer file, September 2025; Snap Conversions API; X
audience API; LiveRamp, Microsoft, Amazon, Criteo, Yahoo, LinkedIn, OpenAI vendor documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_GMAIL, _GOOGLE_MAIL = "gmail.com", "googlemail.com"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def _as_it_is(value: str) -> str:
    return value


def _digits(number: str) -> str:
    return number.removeprefix("+")


def _without_tag_and_dots(address: str, domains: tuple[str, ...]) -> str:
    """The address without dots and +tag in its local part, where the domain ignores them."""
    local, _sign, domain = address.partition("@")
    if domain not in domains:
        return address
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _google_email(address: str) -> str:
    return _without_tag_and_dots(address, (_GMAIL, _GOOGLE_MAIL))


def _uid2_email(address: str) -> str:
    return _without_tag_and_dots(address, (_GMAIL,))


@dataclass(frozen=True)
class PlatformForm:
    """How one platform wants what it hashes.

    email, phone: from a canonical value to the platform's text; None where it takes no such thing.
    """

    label: str
    email: Callable[[str], str] | None = _as_it_is
    phone: Callable[[str], str] | None = _as_it_is


PLATFORMS: Mapping[str, PlatformForm] = {
    "amazon": PlatformForm("Amazon DSP, AMC"),
    "criteo": PlatformForm("Criteo"),
    "euid": PlatformForm("EUID", _uid2_email),
    "google": PlatformForm("Google Customer Match", _google_email),
    "linkedin": PlatformForm("LinkedIn", phone=None),
    "liveramp": PlatformForm("LiveRamp", phone=None),  # no hashed phone numbers in European files
    "meta": PlatformForm("Meta", phone=_digits),
    "microsoft": PlatformForm("Microsoft Advertising"),
    "openai": PlatformForm("OpenAI Ads"),
    "pair": PlatformForm("IAB PAIR"),
    "snap": PlatformForm("Snap", phone=_digits),
    "tiktok": PlatformForm("TikTok"),
    "trade_desk": PlatformForm("The Trade Desk", _uid2_email),
    "uid2": PlatformForm("UID2", _uid2_email),
    "x": PlatformForm("X", phone=_digits),
    "yahoo": PlatformForm("Yahoo DSP"),
}
"""The platforms, by the name that `platform_email` and `platform_phone` take."""


def platform_email(value: str, platform: str) -> str | None:
    """The text that a platform hashes for a canonical address; None where it cannot be known.

    An address that arrived hashed (`sha256:...`) is given back as it is to a platform that hashes
    the canonical address itself, and is None for one that rewrites some addresses first.

    >>> [platform_email("jean.dupont+promo@gmail.com", name) for name in ("google", "meta")]
    ['jeandupont@gmail.com', 'jean.dupont+promo@gmail.com']

    Raises:
        InvalidInput: There is no such platform, or the value is not an address.
    """
    form = _platform(platform).email
    is_hashed = value.startswith("sha256:")
    if not is_hashed and "@" not in value:
        raise InvalidInput(
            _("This is not a canonical e-mail address."),
            hint=_("Read it first, with parse_identifier."),
        )
    if form is None or (is_hashed and form is not _as_it_is):
        return None
    return form(value)


def platform_phone(value: str, platform: str) -> str | None:
    """The text that a platform hashes for a number in E.164; None where it takes none.

    >>> [platform_phone("+33623456781", name) for name in ("google", "meta", "linkedin")]
    ['+33623456781', '33623456781', None]

    Raises:
        InvalidInput: There is no such platform, or the value is not in E.164.
    """
    form = _platform(platform).phone
    if not _E164.fullmatch(value):
        raise InvalidInput(
            _("This is not a phone number in E.164 form."),
            hint=_("Read it first, with parse_identifier."),
        )
    return None if form is None else form(value)


def _platform(name: str) -> PlatformForm:
    if name not in PLATFORMS:
        raise InvalidInput(
            _("There is no platform {name}.").format(name=repr(name)),
            hint=_("Use one of: {names}.").format(names=", ".join(PLATFORMS)),
        )
    return PLATFORMS[name]
