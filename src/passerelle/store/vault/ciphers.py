"""How keys and values are encrypted: AES-256-GCM with random nonces, bound to where they belong.

A value cannot be moved to another person or field, nor a key to another person, unnoticed: each
is authenticated together with whose it is and what it is (the associated data).
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _

_NONCE_BYTES = 12  # 96 bits, random: safe for 2^32 values of one key (NIST SP 800-38D, 8.3)
_SCHEMA = 1
_MARK = f"v{_SCHEMA}."
_GENERATION_BYTES = 8
_FEWEST_BYTES = _GENERATION_BYTES + _NONCE_BYTES + 16  # GCM's tag, of an empty text


def new_generation() -> int:
    """The random number of one key of a person: a value says which key it was sealed with."""
    return int.from_bytes(token_bytes(_GENERATION_BYTES), "big") >> 1


def wrap_key(master: AESGCM, key: bytes, *, person_id: int, generation: int, version: int) -> str:
    """A person's key as the database keeps it."""
    nonce = token_bytes(_NONCE_BYTES)
    sealed = master.encrypt(nonce, key, _key_place(person_id, generation, version))
    return base64.b64encode(nonce + sealed).decode()


def unwrap_key(
    master: AESGCM, wrapped: str, *, person_id: int, generation: int, version: int
) -> bytes:
    """A person's key.

    Raises:
        Misconfigured: It was changed, or wrapped with another master key.
    """
    try:
        blob = base64.b64decode(wrapped, validate=True)
        place = _key_place(person_id, generation, version)
        return master.decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        raise Misconfigured(
            _("A person's key does not open: it was changed, or made with another master key."),
            hint=_("Put the master key back that the store began with, or restore a backup."),
        ) from None


def seal_text(key: AESGCM, text: str, *, person_id: int, field: str, generation: int) -> str:
    """A value as the database keeps it: `v1.` and generation, nonce and ciphertext in base 64."""
    nonce = token_bytes(_NONCE_BYTES)
    sealed = key.encrypt(nonce, text.encode("utf-8", "surrogatepass"), _place(person_id, field))
    blob = generation.to_bytes(_GENERATION_BYTES, "big") + nonce + sealed
    return _MARK + base64.b64encode(blob).decode()


def generation_of(sealed: str) -> int:
    """Which key of its person a value was sealed with.

    Raises:
        Misconfigured: It is no sealed value.
    """
    return int.from_bytes(_blob(sealed)[:_GENERATION_BYTES], "big")


def open_text(key: AESGCM, sealed: str, *, person_id: int, field: str) -> str:
    """A value, in clear.

    Raises:
        Misconfigured: It was changed, or moved from another person or field.
    """
    rest = _blob(sealed)[_GENERATION_BYTES:]
    try:
        opened = key.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _place(person_id, field))
    except (InvalidTag, ValueError):
        raise _damaged() from None
    return opened.decode("utf-8", "surrogatepass")


def index_of(secret: bytes, field: str, text: str) -> str:
    """The blind index of a value: equal for equal values of one field, and says nothing else."""
    field_key = hmac.new(secret, f"blind index {field}".encode(), sha256).digest()
    return hmac.new(field_key, text.encode(), sha256).hexdigest()


def _blob(sealed: str) -> bytes:
    try:
        blob = base64.b64decode(sealed.removeprefix(_MARK), validate=True)
    except ValueError:
        raise _damaged() from None
    if not sealed.startswith(_MARK) or len(blob) < _FEWEST_BYTES:
        raise _damaged()
    return blob


def _key_place(person_id: int, generation: int, version: int) -> bytes:
    return f"passerelle key|{person_id}|{generation}|{version}".encode()


def _place(person_id: int, field: str) -> bytes:
    return f"passerelle field|{person_id}|{field}|{_SCHEMA}".encode()


def _damaged() -> Misconfigured:
    return Misconfigured(
        _("An encrypted value does not open: it was changed, or moved from its place."),
        hint=_("Restore the store from a backup of before it was changed."),
    )
