"""What links and sessions carry: a random text, of which only the hash is kept."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe

_BYTES = 32


def new_token() -> str:
    """A text that nobody guesses: 256 random bits."""
    return token_urlsafe(_BYTES)


def hash_token(token: str) -> str:
    """What is kept of it; being random, it needs no salt and no slow hash."""
    return sha256(token.encode()).hexdigest()
