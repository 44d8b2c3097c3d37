"""Town-hall addresses under each noise: are number, street, postcode and town all right."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from benchmarks.postal.halves import Gold
from benchmarks.postal.noises import NOISES, ascii_text

Parts = tuple[str, str, str, str, str]
"""House number, street, postcode, town, INSEE code (empty where a reader has none)."""

Reader = Callable[[str], Parts]

_UNIFIED = {
    "ST": "SAINT",
    "STE": "SAINTE",
    "GAL": "GENERAL",
    "DR": "DOCTEUR",
    "MAL": "MARECHAL",
    "AV": "AVENUE",
    "CDT": "COMMANDANT",
    "PL": "PLACE",
    "RTE": "ROUTE",
    "BD": "BOULEVARD",
    "ALL": "ALLEE",
    "CH": "CHEMIN",
    "R": "RUE",
    "IMP": "IMPASSE",
    "SQ": "SQUARE",
    "LT": "LIEUTENANT",
    "PDT": "PRESIDENT",
    "CNE": "CAPITAINE",
    "MGR": "MONSEIGNEUR",
    "BLD": "BOULEVARD",
    "GDE": "GRANDE",
    "N": "",
    "PROF": "PROFESSEUR",
    "COL": "COLONEL",
    "CNL": "COLONEL",
    "GD": "GRAND",
}


@dataclass
class Score:
    """How many of how many, and the first that were wrong."""

    right: int = 0
    count: int = 0
    wrong: list[tuple[str, Parts, Parts]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.right / self.count if self.count else 1.0


def measure_noises(
    golds: Iterable[Gold], read: Reader, *, most: int | None = None
) -> dict[str, Score]:
    """The share of addresses with all parts right, by noise."""
    rng = random.Random(7)
    chosen = list(golds)
    rng.shuffle(chosen)
    scores = {}
    for name, noise in NOISES.items():
        scores[name] = _score(chosen[:most], noise, read, random.Random(name))
    return scores


def _score(
    golds: list[Gold], noise: Callable[[Gold, random.Random], str], read: Reader, rng: random.Random
) -> Score:
    score = Score()
    for gold in golds:
        text = noise(gold, rng)
        expected = (gold.number, gold.street, gold.postcode, gold.city, gold.commune)
        if "\u00a0" not in text and gold.postcode not in text:
            expected = (*expected[:2], "", gold.city, gold.commune)
        got = read(text)
        score.count += 1
        if same_parts(got, expected):
            score.right += 1
        else:
            score.wrong.append((text, got, expected))
    return score


def same_parts(got: Parts, expected: Parts) -> bool:
    """Equal once folded; a postcode that was not written may be any; a town is its INSEE code."""
    return (
        same_address_line(f"{got[0]} {got[1]}", f"{expected[0]} {expected[1]}")
        and (not expected[2] or got[2] == expected[2])
        and (got[4] == expected[4] or town_key(got[3]) == town_key(expected[3]))
    )


def same_address_line(one: str, other: str) -> bool:
    """Equal once folded and unabbreviated."""
    return line_key(one) == line_key(other)


def line_key(text: str) -> str:
    """Letters and digits in capitals, titles and types in full."""
    text = re.sub(r"\b([A-Za-z]\.){2,}", lambda found: found[0].replace(".", ""), text)
    words = re.split(r"[\W_]+", ascii_text(text).upper().replace("N°", " "))
    return "".join(_UNIFIED.get(word, word) for word in words)


def town_key(text: str) -> str:
    """A town's name without its article and its borough."""
    key = re.sub(r"\b(\d+)E?R?( ARRONDISSEMENT)?$", "", ascii_text(text).upper()).strip()
    words = [_UNIFIED.get(word, word) for word in re.split(r"[\W_]+", key)]
    words = words[1:] if words and words[0] in ("LE", "LA", "LES", "L") else words
    return "".join(words)
