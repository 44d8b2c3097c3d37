"""Finds the mail provider that a mistyped domain was meant to be.

A proposal, which a person accepts or not, wherever the domain may exist: `trange.fr` is a town's,
`bol.com` a shop's. It is certain only where no mail could arrive at what was typed (`gmail.con`,
`gmail,com`) and one provider alone is near; then `parse_email` reads the address as mended.
One letter more, less, other or swapped is the limit: two already turn 30 domains of French town
halls into somebody else's mailbox.

Source: Damerau (1964), "A technique for computer detection and correction of spelling errors",
Communications of the ACM 7(3), where four fifths of slips are of one letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from passerelle.identifiers.blocked_values import data_set, read_data

_SHORTEST_NAME = 3  # letters before the first dot: any letter in a shorter one gives a real domain
_RESERVED = frozenset({"test", "example"})  # RFC 2606, met in examples and tests


@dataclass(frozen=True)
class EmailProposal:
    """An address with the domain that was probably meant.

    is_certain: no mail can arrive at the domain as typed, and no other provider is as near.
    """

    address: str = field(repr=False)
    domain: str
    is_certain: bool


def propose_email(address: str) -> EmailProposal | None:
    """What an address with a mistyped provider was meant to be; None if nothing is near.

    >>> propose_email("marie@gmial.com"), propose_email("marie@exemple.fr")
    (EmailProposal(domain='gmail.com', is_certain=False), None)
    """
    local, _, domain = address.rpartition("@")
    near = _providers_near(domain.lower())
    if not local or not near:
        return None
    is_certain = len(near) == 1 and not may_receive_mail(domain.lower())
    return EmailProposal(f"{local}@{near[0]}", near[0], is_certain)


def mend_domain(domain: str) -> str:
    """The provider's domain where it is certain, else the domain as it is.

    >>> mend_domain("gmail.con"), mend_domain("gmail.co"), mend_domain("exemple.con")
    ('gmail.com', 'gmail.co', 'exemple.con')
    """
    if may_receive_mail(domain):
        return domain
    near = _providers_near(domain)
    return near[0] if len(near) == 1 else domain


def may_receive_mail(domain: str) -> bool:
    """Whether a domain ends in a top-level domain that exists, or that is kept for tests.

    >>> may_receive_mail("exemple.fr"), may_receive_mail("gmail.con"), may_receive_mail("gmail")
    (True, False, False)
    """
    *names, ending = domain.split(".")
    is_foreign_script = not ending.isascii() or ending.startswith("xn--")
    is_known = ending in data_set("top_level_domains", "domains") or ending in _RESERVED
    is_whole = bool(names) and all(names) and not set(domain) & set(" ,;")
    return is_whole and (is_foreign_script or is_known)


@lru_cache(maxsize=65_536)
def _providers_near(domain: str) -> tuple[str, ...]:
    """Providers at one slip from a domain, the most used first; none for a domain that is known."""
    known: list[str] = read_data("mail_providers")["providers"]
    if domain in known or domain in data_set("mail_providers", "neighbours"):
        return ()
    is_impossible = not may_receive_mail(domain)
    return tuple(
        provider
        for provider in known
        if (is_impossible or provider.index(".") >= _SHORTEST_NAME)
        and OSA.distance(domain, provider, score_cutoff=1) <= 1
    )
