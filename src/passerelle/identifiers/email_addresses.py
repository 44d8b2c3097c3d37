"""Reads one e-mail address as a person or a program wrote it.

The canonical value is the address in NFC and lower case. Dots and +tags stay, also at Gmail: the
local part is the provider's business (RFC 5321, 2.3.11), a family may share a Gmail account under
two tags, and each advertising platform has its own rule to apply when it is sent. A value that
arrives hashed becomes `sha256:<hex>`, and both forms have the same `id_text`: the SHA-256 hex of
the canonical address.

Sources: RFC 5321 4.5.3.1 (lengths), RFC 5322 3.4.1 (syntax), RFC 6531 (letters beyond ASCII),
RFC 6761 (special names); email-validator 2.4 for whatever is not plain ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from hashlib import sha256

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.email_domains import mend_domain
from passerelle.identifiers.identifier_type import ParseContext, Parsed, Reading, Refused
from passerelle.identifiers.text_cleaning import clean_text

LONGEST_CELL = 2_000  # characters; a cell that holds several addresses still fits
_LONGEST_LOCAL, _LONGEST_DOMAIN, _LONGEST_ADDRESS = 64, 253, 254

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!(?:arpa|invalid|local|localhost|onion)$)"
                     r"[a-z0-9](?:[a-z0-9-]{0,61})?(?<=[a-z])")  # fmt: skip
# Accented Latin letters are all allowed; short of this length no limit in bytes can be reached.
_LATIN_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~\u00df-\u00f6\u00f8-\u017e-]+"
_LATIN_LOCAL = re.compile(rf"(?=.{{1,30}}\Z){_LATIN_ATOM}(?:\.{_LATIN_ATOM})*")
_TAGGED_LABEL = re.compile(r"(?:^|\.)..--")  # `xn--` and its like: not for a pattern to judge
_EDGES = " \"'`<>()[]{},;:.|\u00ab\u00bb\u2018\u2019\u201c\u201d\u2026"

_OPENINGS = _EDGES.replace(".", "")  # a leading dot is the writer's, not a full stop

_HASH = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_HASH_BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=")
_ANGLED = re.compile(r"<([^<>]*@[^<>]*)>")
_SEPARATOR = re.compile(r"[,;|]|\s(?:ou|et|or|and|/|-)\s", re.IGNORECASE)
_BLANK_BY_SIGN = re.compile(r"\s*([@.])\s*")
_SCHEME = re.compile(r"^(?:e-?mail|mailto|courriel|mail)\s*:\s*", re.IGNORECASE)
_AT_SIGNS = str.maketrans({"\uff20": "@", "\ufe6b": "@"})


def parse_email(raw: str, context: ParseContext) -> Reading:
    """The address, or the first one of a cell that holds several (the rest are `others`)."""
    del context
    text = clean_text(raw)
    if not text:
        return None
    if len(text) > LONGEST_CELL:
        return Refused("too_long")
    if stands_for_nothing(text):
        return Refused("blocked")
    return _parse_hash(text) or _parse_addresses(text.translate(_AT_SIGNS))


def address_hash(value: str) -> str:
    """The SHA-256 hex of a canonical address, or the hash itself if the value is one."""
    if value.startswith("sha256:"):
        return value[7:]
    return sha256(value.encode()).hexdigest()


def address_hashes(values: list[str]) -> list[str]:
    """`address_hash` of many values, in their order."""
    return [
        sha256(value.encode()).hexdigest() if value[:7] != "sha256:" else value[7:]
        for value in values
    ]


def _parse_hash(text: str) -> Parsed | None:
    found = _HASH.fullmatch(text.lower())
    if found:
        return Parsed(f"sha256:{found[1]}")
    if _HASH_BASE64.fullmatch(text):
        return Parsed(f"sha256:{b64decode(text).hex()}")
    return None


def _parse_addresses(text: str) -> Reading:
    refusal: Refused | None = None
    found: list[str] = []
    for candidate in _candidates(text):
        reading = _parse_address(candidate)
        if isinstance(reading, str):
            found.append(reading)
        else:
            refusal = refusal or reading
    if found:
        distinct = list(dict.fromkeys(found))
        return Parsed(distinct[0], tuple(distinct[1:]))
    return refusal


def _candidates(text: str) -> list[str]:
    """The parts of a cell that hold an address each: `Marie <a@b.fr>, c@d.fr` has two."""
    pieces = [text]
    if text.count("@") > 1:
        pieces = [piece for piece in _SEPARATOR.split(text) if "@" in piece]
        if len(pieces) == 1:
            pieces = [piece for piece in text.split(" ") if "@" in piece]
    return [found for piece in pieces for found in _ANGLED.findall(piece) or [piece]] or [text]


def _parse_address(text: str) -> str | Refused:
    if " " in text:
        text = _BLANK_BY_SIGN.sub(r"\1", text)
    text = _trim_edges(text).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    local, sign, domain = text.partition("@")
    if not sign:
        return Refused("no_at_sign")
    domain = domain.split("?", 1)[0].rstrip(_EDGES)  # mailto:a@b.fr?subject=...
    if "@" in domain:
        return Refused("several_at_signs")
    domain = mend_domain(domain)
    if " " in local or " " in domain:
        return Refused("inner_blank")
    if domain.isascii() and not _TAGGED_LABEL.search(domain):
        if local.isascii():
            return _check_plain(local, domain)
        if _LATIN_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) and len(domain) <= 100:
            return f"{local}@{domain}"
    return _check_international(local, domain)


def _trim_edges(text: str) -> str:
    before = ""
    while text != before:
        before = text
        text = text.lstrip(_OPENINGS).rstrip(_EDGES)
        if ":" in text:
            text = _SCHEME.sub("", text)
    return text


def _check_plain(local: str, domain: str) -> str | Refused:
    if len(local) > _LONGEST_LOCAL or len(domain) > _LONGEST_DOMAIN:
        return Refused("too_long")
    if len(local) + len(domain) + 1 > _LONGEST_ADDRESS:
        return Refused("too_long")
    if not _LOCAL.fullmatch(local):
        return Refused("invalid_local_part")
    if not _DOMAIN.fullmatch(domain):
        return Refused("invalid_domain")
    return f"{local}@{domain}"


def _check_international(local: str, domain: str) -> str | Refused:
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(
            f"{local}@{domain}", check_deliverability=False, test_environment=True
        )
    except (EmailNotValidError, ValueError):  # its IDNA tables raise plain ValueError at times
        return Refused("invalid_syntax")
    address = unicodedata.normalize("NFC", valid.normalized.lower())
    head, _, tail = address.partition("@")
    if head.isascii() and tail.isascii() and not _TAGGED_LABEL.search(tail):
        return _check_plain(head, tail)  # it reads the same when it is read again
    return address
