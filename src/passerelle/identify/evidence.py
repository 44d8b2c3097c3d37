"""Kinds of evidence that two identifiers belong to one person.

An edge of the identity graph is one kind of evidence between two identifiers, told by one source.
Order and meaning: strongest first, as a judge would hear them.
"""

from __future__ import annotations

from dataclasses import dataclass

from passerelle.kernel.language import N_


@dataclass(frozen=True)
class EvidenceKind:
    """Why two identifiers are said to be one person's.

    `strength` orders edges when they contradict each other: the lower is heard first.
    `binds` is false for what is worth keeping but proves nothing, such as an opened e-mail.
    `is_inferred` is true for what was worked out, by passerelle or by whoever saw a proof: it is
    heard when all that sources said has been, and has weighed names and birth dates itself.
    """

    name: str
    label: str
    strength: int
    binds: bool = True
    is_inferred: bool = False


LIKENESS = "likeness"
"""The kind of evidence that record linkage gives."""
PROVED = "proved"
"""The kind of evidence that a record is of the person who proved who they are and made it."""
LINK = "link"
"""The first use of a signed personal link."""
FORWARD = "forward"
"""A later use of it by another browser: the mail was handed on, perhaps to somebody else."""

EVIDENCE_KINDS = {
    kind.name: kind
    for kind in (
        EvidenceKind("record", N_("a record holds it"), 0),
        EvidenceKind("login", N_("logged in"), 1),
        EvidenceKind("account", N_("created an account"), 2),
        EvidenceKind("order", N_("ordered"), 3),
        EvidenceKind(LINK, N_("followed a signed personal link first"), 4),
        EvidenceKind("form", N_("filled in a form"), 5),
        EvidenceKind("click", N_("clicked in an e-mail or SMS"), 6),
        EvidenceKind("alias", N_("the source says they are the same"), 7),
        EvidenceKind("partner", N_("a partner knows both"), 8),
        EvidenceKind(PROVED, N_("the person proved who they are"), 9, is_inferred=True),
        EvidenceKind(LIKENESS, N_("the records are alike"), 10, is_inferred=True),
        EvidenceKind("mention", N_("it is named, but is not one person's"), 11, binds=False),
        EvidenceKind(FORWARD, N_("followed a link that another browser had used"), 12, binds=False),
        EvidenceKind("open", N_("opened an e-mail, perhaps through a proxy"), 13, binds=False),
    )
}
