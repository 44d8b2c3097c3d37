"""docs/reference/asvs.md: what OWASP ASVS asks of the gate and the portal, and what shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tools.pages.markdown import code, page, table

SOURCE = Path(__file__).with_name("asvs.txt")
KINDS = ("test", "check", "why", "na", "open")
CHAPTERS = (
    "Encoding and sanitising", "Validation and business logic", "Web front end",
    "API and web service", "Files", "Authentication", "Sessions", "Authorisation",
    "Self-contained tokens", "OAuth and OIDC", "Cryptography", "Secure communication",
    "Configuration", "Data protection", "Secure coding and architecture",
    "Logging and errors", "WebRTC",
)  # fmt: skip


@dataclass(frozen=True)
class Requirement:
    """One requirement: its number, level and meaning, and what shows that it is met or not.

    kind: One of `KINDS`. evidence: a test as `path::name`, a step of `./dev check`, or words.
    """

    number: str
    level: int
    asks: str
    kind: str
    evidence: str

    @property
    def chapter(self) -> int:
        """The number of its chapter."""
        return int(self.number.partition(".")[0])


def read_requirements() -> list[Requirement]:
    """The requirements of levels 1 and 2, in the standard's order."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return [_read(line) for line in lines if line and not line.startswith("#")]


def write() -> str:
    """The page's text."""
    requirements = read_requirements()
    counts = Counter(each.kind for each in requirements)
    blocks = []
    for chapter, group in groupby(requirements, key=lambda each: each.chapter):
        rows = [(each.number, str(each.level), each.asks, _shown(each)) for each in group]
        blocks += [
            f"## V{chapter} {CHAPTERS[chapter - 1]}",
            table(["number", "level", "asks", "shown by"], rows),
        ]
    return page(
        "OWASP ASVS 5.0, levels 1 and 2",
        "tools/pages/asvs.txt",
        "What the [Application Security Verification Standard]"
        "(https://owasp.org/www-project-application-security-verification-standard/) 5.0.0 of "
        "OWASP (CC BY-SA 4.0) asks of the customer's page and of the gate, each requirement in a "
        "few words of our own: the standard has the binding ones. It is a reading by those who "
        "wrote the code; nobody else has verified it.",
        f"{len(requirements)} requirements: {counts['test']} have a test, {counts['check']} a "
        f"step of `./dev check`, {counts['why']} hold by how it is built, {counts['na']} are "
        f"about things that are not here, and {counts['open']} are not met: look for **not met**.",
        *blocks,
    )


def _read(line: str) -> Requirement:
    number, level, asks, shown = (part.strip() for part in line.split("|"))
    kind, _space, evidence = shown.partition(" ")
    return Requirement(number, int(level), asks, kind, evidence)


def _shown(each: Requirement) -> str:
    if each.kind == "test":
        return code(each.evidence)
    words = {
        "check": f"`./dev check`: {each.evidence}",
        "why": each.evidence,
        "na": f"does not apply: {each.evidence}",
        "open": f"**not met**: {each.evidence}",
    }
    return words[each.kind]
