"""One-click unsubscribing (RFC 8058): the link that each message carries, and what it says.

A token is the base64url text, without padding, of these bytes:

| bytes | what |
|---|---|
| 1 | version (1) |
| 8 | random, so that two links of one person do not look alike |
| 8 | id of the contact point, sealed with a stream made of the random bytes |
| any | the channel and the purpose, as texts with a line break between |
| 16 | the first 128 bits of a keyed BLAKE2b of all before |

Nobody reads a person in it. It never ends: an old message in a mailbox must still work, and more
than the 60 days that mail providers ask for costs nothing, as nothing is kept for it.
Source: RFC 8058, section 3; BLAKE2 keyed mode, RFC 7693.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_bytes

_VERSION = b"\x01"
_NONCE_BYTES = _ID_BYTES = 8
_TAG_BYTES = 16
_HEAD_BYTES = 1 + _NONCE_BYTES + _ID_BYTES
_MOST_TOKEN = 400  # characters; a purpose's key is short


@dataclass(frozen=True)
class UnsubscribeKey:
    """Signs and seals tokens with keys derived from the secret of one installation."""

    signing: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> UnsubscribeKey:
        """The keys of an installation, neither of which tells its secret."""
        return cls(_derived(secret, b"unsub signature"), _derived(secret, b"unsub seal"))


@dataclass(frozen=True)
class Unsubscription:
    """Whose messages, of which purpose, on which channel, end. Grain: one contact point."""

    subject_type: str
    subject_id: int = field(repr=False)
    channel: str
    purpose: str


def make_unsubscribe_token(asked: Unsubscription, key: UnsubscribeKey) -> str:
    """The token that a message of this purpose carries to this contact point."""
    nonce = token_bytes(_NONCE_BYTES)
    about = f"{asked.subject_type}\n{asked.channel}\n{asked.purpose}".encode()
    signed = _VERSION + nonce + _sealed(asked.subject_id, nonce, key) + about
    return urlsafe_b64encode(signed + _tag(signed, key)).rstrip(b"=").decode()


def read_unsubscribe_token(token: str, key: UnsubscribeKey) -> Unsubscription | None:
    """What a token says; None if it is none of ours.

    >>> read_unsubscribe_token("!", UnsubscribeKey.of(bytes(32))) is None
    True
    """
    content = _content(token)
    if content is None or not hmac.compare_digest(
        content[-_TAG_BYTES:], _tag(content[:-_TAG_BYTES], key)
    ):
        return None
    nonce, sealed = content[1 : 1 + _NONCE_BYTES], content[1 + _NONCE_BYTES : _HEAD_BYTES]
    subject_type, channel, purpose = content[_HEAD_BYTES:-_TAG_BYTES].decode().split("\n")
    subject_id = int.from_bytes(_mixed(sealed, nonce, key), "big", signed=True)
    return Unsubscription(subject_type, subject_id, channel, purpose)


def unsubscribe_headers(
    asked: Unsubscription, key: UnsubscribeKey, *, portal_url: str
) -> Mapping[str, str]:
    """The headers with which mail programs show their own button to unsubscribe.

    Both must be among the headers that DKIM signs (RFC 8058, section 4).

    Args:
        asked: What the message is about.
        key: The installation's.
        portal_url: Where the customer's page answers, such as `https://moi.enseigne.fr`.
    """
    token = make_unsubscribe_token(asked, key)
    return {
        "List-Unsubscribe": f"<{portal_url.rstrip('/')}/u/{token}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _content(token: str) -> bytes | None:
    """The bytes of a text that has the form of a token."""
    if len(token) > _MOST_TOKEN or not token.isascii():
        return None
    try:
        content = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        return None
    is_only = urlsafe_b64encode(content).rstrip(b"=") == token.encode()
    is_ours = content[:1] == _VERSION and len(content) > _HEAD_BYTES + _TAG_BYTES
    return content if is_only and is_ours else None


def _sealed(subject_id: int, nonce: bytes, key: UnsubscribeKey) -> bytes:
    return _mixed(subject_id.to_bytes(_ID_BYTES, "big", signed=True), nonce, key)


def _mixed(content: bytes, nonce: bytes, key: UnsubscribeKey) -> bytes:
    stream = blake2b(nonce, digest_size=_ID_BYTES, key=key.sealing).digest()
    return bytes(one ^ other for one, other in zip(content, stream, strict=True))


def _tag(signed: bytes, key: UnsubscribeKey) -> bytes:
    return blake2b(signed, digest_size=_TAG_BYTES, key=key.signing).digest()


def _derived(secret: bytes, person: bytes) -> bytes:
    return blake2b(digest_size=32, key=secret[:64], person=person).digest()
