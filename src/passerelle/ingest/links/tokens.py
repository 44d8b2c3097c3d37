"""The token of a personal link: whom it was made for, until when, and where it leads, signed.

A token is the base64url text, without padding, of these bytes:

| bytes | what |
|---|---|
| 1 | 16 × version (1) + number of the channel |
| 8 | link id: random, names the link where its uses are counted |
| 8 | identifier id of whom it was made for, sealed with a stream made of the link id |
| 4 | end of its life, in whole hours since 1970, UTC |
| any | where it leads: a URL, without its `https://` |
| 12 | the first 96 bits of a keyed BLAKE2b of all before |

Nobody reads a person in it: the identifier id is a keyed number of this installation, and is
sealed besides, so that two links of one person do not look alike. Whoever changes a byte breaks
the signature: a guess is right once in 2^96.

What the door does at `GET /c/<token>`:

1. `read_link_token(token, key, rules.hosts, now=...)`.
2. No `link` in the answer: 404, and nothing is kept.
3. Else 302 to `link.target` with `Cache-Control: no-store` and `Referrer-Policy: no-referrer`. An
   expired link leads to its target too: its reader did nothing wrong.
4. Unless the request is a HEAD, or the answer has a `refusal`: the browser's own cookie is read,
   or set if consent is there, and one event goes to the log: `type` track, `event` LINK_EVENT,
   `anonymousId` the cookie, `properties` {LINK_PROPERTY: token}. The follower reads the token
   again, as anybody can send an event; identity counts its uses, and only the first one binds.

Source: BLAKE2 keyed mode, RFC 7693; truncated to 96 bits as HMAC is in RFC 4868.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from struct import Struct
from urllib.parse import urlsplit

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

CHANNELS = ("mail", "sms", "qr")
"""What may carry a personal link; their numbers in tokens follow this order."""
LINK_EVENT = "Personal Link Opened"
"""Name of the event that the door keeps when somebody follows a link."""
LINK_PROPERTY = "passerelle_link"
"""The property of that event that holds the token."""

_VERSION = 1
_HEAD = Struct(">BqqI")
_TAG_BYTES = 12
_MOST_TARGET = 2000  # characters; browsers and mail programs cut longer ones
_MOST_TOKEN = 3200  # characters of the longest token that can be made
_SAFE = "https://"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LinkKey:
    """Signs and seals links with keys derived from the secret of one installation."""

    signing: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> LinkKey:
        """The keys of an installation, neither of which tells its secret."""
        return cls(_derived(secret, b"link signature"), _derived(secret, b"link seal"))


@dataclass(frozen=True)
class PersonalLink:
    """A link made for one person.

    link_id: random; uses are counted by it. subject_id: identifier id of whom it was made for.
    """

    link_id: int
    subject_id: int = field(repr=False)
    channel: str
    expires_at: datetime
    target: str = field(repr=False)


@dataclass(frozen=True)
class LinkReading:
    """What a token says; without a `link` it is none of ours, or leads where it must not.

    refusal: why it may not bind: `unreadable`, `forged`, `foreign_host` or `expired`; an expired
        link is still told.
    """

    link: PersonalLink | None
    refusal: str | None = None


def make_link_token(link: PersonalLink, key: LinkKey, hosts: Collection[str]) -> str:
    """The signed token of a link; its life ends with the whole hour of `expires_at`.

    Args:
        link: The link; `link_id` must be random, and never be used twice.
        key: The installation's.
        hosts: Where links may lead, such as `www.enseigne.fr`.

    Raises:
        InvalidInput: The target is no https URL of one of the hosts, or is too long.
    """
    _check_target(link.target, hosts)
    target = link.target.removeprefix(_SAFE).encode()
    hours = -(-(link.expires_at - _EPOCH) // _HOUR)
    head = _HEAD.pack(
        _VERSION << 4 | CHANNELS.index(link.channel),
        link.link_id,
        _sealed(link.subject_id, link.link_id, key),
        hours,
    )
    signed = head + target
    return urlsafe_b64encode(signed + _tag(signed, key)).rstrip(b"=").decode()


def read_link_token(
    token: str, key: LinkKey, hosts: Collection[str] | None, *, now: datetime
) -> LinkReading:
    """What a token says, once its signature, its host and its end were looked at.

    hosts: Where links may lead; None where nobody is led anywhere, as in the follower.

    >>> read_link_token("!", LinkKey.of(bytes(32)), (), now=datetime.now(UTC))
    LinkReading(link=None, refusal='unreadable')
    """
    content = _content(token)
    if content is None:
        return LinkReading(None, "unreadable")
    signed, tag = content[:-_TAG_BYTES], content[-_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(signed, key)):
        return LinkReading(None, "forged")
    link = _read(signed, key)
    if hosts is not None and not _may_lead_to(link.target, hosts):
        return LinkReading(None, "foreign_host")
    return LinkReading(link, None if now < link.expires_at else "expired")


def _content(token: str) -> bytes | None:
    """The bytes of a text that has the form of a token."""
    if len(token) > _MOST_TOKEN or not token.isascii():
        return None
    try:
        content = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        return None
    is_ours = len(content) > _HEAD.size + _TAG_BYTES and content[0] >> 4 == _VERSION
    # Spare bits and characters that base64 skips would make many texts of one token.
    is_only = urlsafe_b64encode(content).rstrip(b"=") == token.encode()
    return content if is_ours and is_only and content[0] & 15 < len(CHANNELS) else None


def _read(signed: bytes, key: LinkKey) -> PersonalLink:
    first, link_id, sealed, hours = _HEAD.unpack_from(signed)
    target = signed[_HEAD.size :].decode()
    return PersonalLink(
        link_id=link_id,
        subject_id=_sealed(sealed, link_id, key),
        channel=CHANNELS[first & 15],
        expires_at=_EPOCH + hours * _HOUR,
        target=target if target.startswith("http://") else _SAFE + target,
    )


def _check_target(target: str, hosts: Collection[str]) -> None:
    if len(target) > _MOST_TARGET:
        raise InvalidInput(
            _("The address that the links lead to is longer than {most} characters.").format(
                most=_MOST_TARGET
            ),
            hint=_("Give a shorter one; campaign parameters are best kept short."),
        )
    if not _may_lead_to(target, hosts):
        raise InvalidInput(
            _("Personal links may not lead to this address."),
            hint=_("Give an https address of one of: {hosts}; links.toml lists them.").format(
                hosts=", ".join(hosts) or "—"
            ),
        )


def _may_lead_to(target: str, hosts: Collection[str]) -> bool:
    """Whether a URL is of one of the hosts, read as strictly as the loosest of browsers."""
    if not target.isprintable() or " " in target or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
        named, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    host = named.lower() if port is None else f"{named.lower()}:{port}"
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and named in _LOOPBACK)
    return is_safe and bool(named) and host in hosts


def _sealed(number: int, link_id: int, key: LinkKey) -> int:
    """A number under the stream of a link id; done twice it is the number again."""
    stream = blake2b(link_id.to_bytes(8, "big", signed=True), digest_size=8, key=key.sealing)
    return number ^ int.from_bytes(stream.digest(), "big", signed=True)


def _tag(signed: bytes, key: LinkKey) -> bytes:
    return blake2b(signed, digest_size=_TAG_BYTES, key=key.signing).digest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return blake2b(purpose, digest_size=32, key=secret, person=b"personal-links").digest()
