"""Finding the commune: on town halls, and on every commune written badly.

Town halls: `mairies_adresses.csv`, right when the code is the town hall's own. The ten whose
postal commune is a neighbour's are properties of the gold and are counted apart; half of the
departments are reported beside the other half.

Every commune: each row of La Poste's file, its name written in one of the modes below with a seed.
Right is the row's commune, alone and first; wrong is another one, alone and first; the rest is
abstention.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from passerelle.postal import Gazetteer, TownMatch, load_gazetteer
from passerelle.postal.reference import fold

SEED = 20261122
LINE_6 = re.compile(r"(\d{5})\s*(.*)")


@dataclass(frozen=True)
class Case:
    """A last line, and the commune that it means."""

    words: list[str]
    postcode: str | None
    insee_code: str


def run(argv: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./dev bench postal --only communes")
    parser.add_argument("--sample", type=int, default=10_000, help="rows of La Poste's file a mode")
    options = parser.parse_args(argv)
    folder = os.environ.get("PASSERELLE_SHARED")
    if not folder:
        print("PASSERELLE_SHARED names no folder: there is nothing to measure on.")
        return 2
    data = Path(folder) / "data" / "fr"
    gazetteer = load_gazetteer()
    for label, cases in _town_halls(data):
        _report(gazetteer, label, cases)
    for label, cases in _written_badly(data, options.sample):
        _report(gazetteer, label, cases)
    return 0


def _report(gazetteer: Gazetteer, label: str, cases: Sequence[Case]) -> None:
    for case in cases[:2000]:
        gazetteer.find_towns(case.words, case.postcode, place="start")
    began = time.process_time()
    answers = [gazetteer.find_towns(each.words, each.postcode, place="start") for each in cases]
    each = (time.process_time() - began) / max(len(cases), 1) * 1e6
    counts = Counter(map(_judge, cases, answers))
    total = sum(counts.values())
    shares = "  ".join(
        f"{verdict} {100 * counts[verdict] / total:7.3f} %"
        for verdict in ("right", "neighbour", "wrong", "unsure")
    )
    print(f"{label:<34} {total:>6}  {shares}  {each:6.1f} us", flush=True)


def _judge(case: Case, answers: Sequence[TownMatch]) -> str:
    if not answers or (len(answers) > 1 and answers[0].score == answers[1].score):
        return "unsure"
    found = answers[0]
    if found.town.insee_code == case.insee_code:
        return "right"
    # The line names another commune exactly, under that commune's postcode: the gold is of the
    # place where the building stands.
    return "neighbour" if found.how == "exact" else "wrong"


def _town_halls(data: Path) -> Iterator[tuple[str, list[Case]]]:
    halves: dict[bool, list[Case]] = {True: [], False: []}
    for row in _rows(data / "mairies_adresses.csv"):
        line = LINE_6.match(row["ligne6"].strip())
        if row["type"] == "COM":
            words = fold(line[2] if line else row["ligne6"]).split()
            case = Case(words, line[1] if line else None, row["code_insee"])
            halves[_is_of_first_half(case.insee_code)].append(case)
    yield "town halls, departments 4n", halves[True]
    yield "town halls, other departments", halves[False]


def _is_of_first_half(insee_code: str) -> bool:
    return insee_code[:2].isdigit() and int(insee_code[:2]) % 4 == 0


def _written_badly(data: Path, sample: int) -> Iterator[tuple[str, list[Case]]]:
    rows = list(_rows(data / "datanova_20250619.csv"))
    for label, spoil in MODES.items():
        chance = random.Random(f"{SEED} {label}")
        cases = []
        for row in chance.sample(rows, min(sample, len(rows))):
            words = fold(row["nom_de_la_commune"]).split()
            spoilt, postcode = spoil(words, row["code_postal"], chance)
            cases.append(Case(spoilt, postcode, row["code_commune_insee"]))
        yield label, cases


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


Spoil = Callable[[list[str], str, random.Random], tuple[list[str], str | None]]


def _as_is(words: list[str], postcode: str, _chance: random.Random) -> tuple[list[str], str]:
    return words, postcode


def _in_full(words: list[str], postcode: str, _chance: random.Random) -> tuple[list[str], str]:
    whole = {"ST": "SAINT", "STE": "SAINTE", "SUR": "S", "SOUS": "SS", "LES": "LEZ"}
    return [whole.get(word, word) for word in words], postcode


def _glued(words: list[str], postcode: str, chance: random.Random) -> tuple[list[str], str]:
    if len(words) == 1:
        return words, postcode
    place = chance.randrange(len(words) - 1)
    return [*words[:place], words[place] + words[place + 1], *words[place + 2 :]], postcode


def _without_small_words(
    words: list[str], postcode: str, _chance: random.Random
) -> tuple[list[str], str]:
    small = {"LE", "LA", "LES", "L", "DE", "DU", "DES", "D", "ET", "EN", "SUR", "SOUS"}
    return [word for word in words if word not in small] or words, postcode


def _one_letter_wrong(
    words: list[str], postcode: str, chance: random.Random
) -> tuple[list[str], str]:
    long = [number for number, word in enumerate(words) if len(word) > 3]
    if not long:
        return words, postcode
    place = chance.choice(long)
    return [*words[:place], _misspell(words[place], chance), *words[place + 1 :]], postcode


def _misspell(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    letter = chance.choice(string.ascii_uppercase)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        )
    )


def _cut_short(words: list[str], postcode: str, _chance: random.Random) -> tuple[list[str], str]:
    return (words[:-1] if len(words) > 2 else words), postcode


def _with_more(words: list[str], postcode: str, _chance: random.Random) -> tuple[list[str], str]:
    return [*words, "LA", "FORET"], postcode


def _digit_wrong(words: list[str], postcode: str, chance: random.Random) -> tuple[list[str], str]:
    at = chance.randrange(2, 5)
    digit = chance.choice([each for each in string.digits if each != postcode[at]])
    return words, postcode[:at] + digit + postcode[at + 1 :]


def _no_postcode(
    words: list[str], _postcode: str, _chance: random.Random
) -> tuple[list[str], None]:
    return words, None


def _with_cedex(words: list[str], postcode: str, chance: random.Random) -> tuple[list[str], str]:
    number = [str(chance.randrange(1, 20))] if chance.random() < 0.5 else []
    return [*words, "CEDEX", *number], postcode


MODES: dict[str, Spoil] = {
    "as La Poste writes it": _as_is,
    "SAINT in full, S for SUR": _in_full,
    "two words glued": _glued,
    "without small words": _without_small_words,
    "one letter wrong": _one_letter_wrong,
    "last word missing": _cut_short,
    "LA FORET added": _with_more,
    "one digit of the postcode wrong": _digit_wrong,
    "CEDEX added": _with_cedex,
    "no postcode": _no_postcode,
}
"""How names are spoilt, by the mode's label."""
