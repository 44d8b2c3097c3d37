"""The key that signs exports of the audit log (Ed25519); it is not in the database."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _


@dataclass(frozen=True)
class AuditSigner:
    """Signs, and shows with what a signature is checked."""

    key: Ed25519PrivateKey = field(repr=False)

    def sign(self, text: str) -> str:
        """The signature of a text, in hexadecimal."""
        return self.key.sign(text.encode()).hex()

    def has_signed(self, text: str, signature: str) -> bool:
        """Whether a signature is ours, of that text."""
        public: Ed25519PublicKey = self.key.public_key()
        try:
            public.verify(bytes.fromhex(signature), text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def public_pem(self) -> bytes:
        """The public key, for whoever checks."""
        shape = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return self.key.public_key().public_bytes(*shape)


def read_audit_signer(path: Path) -> AuditSigner:
    """The signer whose key is in a file; made on first use, for its owner alone.

    Raises:
        Misconfigured: The file cannot be read or made, or holds no such key.
    """
    try:
        if not path.exists():
            _write_new_key(path)
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, UnsupportedAlgorithm):
        raise _unusable(path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path)
    return AuditSigner(key)


def _write_new_key(path: Path) -> None:
    shape = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem = Ed25519PrivateKey.generate().private_bytes(*shape)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # of two first exports at once, one makes it
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _unusable(path: Path) -> Misconfigured:
    return Misconfigured(
        _("The key {path} that signs the audit log cannot be read or made.").format(path=path),
        hint=_("Put it back from your backup; exports signed with it need it to be compared."),
    )
