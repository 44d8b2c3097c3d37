"""Suggests the mail provider that was probably meant by a mistyped domain.

A suggestion only, never applied: at two letters of distance 30 domains of French town halls are
"corrected" into another mailbox, so one letter (or two swapped) is the limit, and real
neighbours are listed.
"""

from __future__ import annotations

from rapidfuzz.distance import OSA

from passerelle.identifiers.blocked_values import data_set


def suggest_domain(address: str) -> str | None:
    """The address with the provider's domain that was probably meant, or None.

    >>> suggest_domain("marie@gmial.com"), suggest_domain("marie@exemple.fr")
    ('marie@gmail.com', None)
    """
    local, _, domain = address.rpartition("@")
    providers = data_set("mail_providers", "providers")
    if not local or domain in providers or domain in data_set("mail_providers", "neighbours"):
        return None
    near = sorted(
        provider
        for provider in providers
        if len(provider) > 6 and OSA.distance(domain, provider, score_cutoff=1) <= 1
    )
    return f"{local}@{near[0]}" if len(near) == 1 else None
