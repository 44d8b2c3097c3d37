"""How often the identifiers are read rightly: mail providers, names, first names, sounds."""

from __future__ import annotations

import csv
import json
import random
import string
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from disposable_email_domains import blocklist

from benchmarks.identifiers.name_set import SHAPES, is_right, write_cells
from passerelle.identifiers import guess_sex, parse_full_name, phonetic_code, propose_email
from passerelle.identifiers.blocked_values import read_data
from passerelle.identifiers.sexes_of_names import sex_of_bearers
from tools.environment import ROOT, Environment
from tools.side_environments import prepare_beside

_CELLS = 2_000  # of each shape of names
_MAIN = 60  # providers whose every slip is tried
_SOUNDS = (
    ("GAUTIER", "GAUTHIER", "GOTIER"), ("LEFEVRE", "LEFEBVRE"), ("THIBAULT", "THIBAUT", "TIBO"),
    ("RENAULT", "RENAUD", "REYNAUD"), ("GIRAUD", "GIRAULT", "GIRAULD"), ("DUPONT", "DUPOND"),
    ("HENRY", "HENRI"), ("PHILIPPE", "FILIP"), ("MOREAU", "MOROT"), ("BERNARD", "BERNARDT"),
)  # fmt: skip


def measure_rates(data: Path) -> None:
    """Print every rate, ours first and a peer's after it where there is one."""
    peers = _Peers()
    _domains(data)
    _names(data, peers)
    _sexes(data, peers)
    _sounds(peers)


class _Peers:
    """The other programs, in their own environment: JSON in, JSON out."""

    def __init__(self) -> None:
        environment = Environment(ROOT)
        lock = ROOT / "benchmarks" / "identifiers" / "peers.txt"
        self._python = prepare_beside(environment, ROOT / ".venv-bench" / "identifiers", lock)

    def ask(self, what: str, texts: list[str]) -> list[list[str | None]]:
        """The answers of `peers.py` to some texts."""
        program = str(ROOT / "benchmarks" / "identifiers" / "peers.py")
        done = subprocess.run(
            [str(self._python), program, what], input=json.dumps(texts), text=True,
            capture_output=True, check=True,
        )  # fmt: skip
        answers: list[list[str | None]] = json.loads(done.stdout)
        return answers


def _domains(data: Path) -> None:
    rows = _rows(data / "mairies_adresses.csv")
    halls = {row["email"].lower().partition("@")[2] for row in rows} - {""}
    for whose, real in (("town halls", halls), ("throw-away mailboxes", blocklist)):
        proposals = [found for domain in real if (found := propose_email(f"a@{domain}"))]
        applied = sum(found.is_certain for found in proposals)
        _say(
            f"real domains of {whose}",
            f"{len(real):,}: {len(proposals)} proposed, {applied} mended",
        )
    main = read_data("mail_providers")["providers"][:_MAIN]
    counts: Counter[str] = Counter()
    for domain in main:
        for slip in set(_slips(domain)) - set(main):
            found = propose_email(f"a@{slip}")
            is_meant = found is not None and found.domain == domain
            counts["tried"] += 1
            counts["meant"] += is_meant
            counts["mended"] += found is not None and found.is_certain and is_meant
            counts["mended wrongly"] += found is not None and found.is_certain and not is_meant
    proposed, mended = (counts[key] / counts["tried"] for key in ("meant", "mended"))
    _say(
        f"one slip in {_MAIN} providers",
        f"{proposed:.2%} proposed rightly, {mended:.2%} mended, {counts['mended wrongly']} wrongly"
        f" (of {counts['tried']:,})",
    )


def _slips(domain: str) -> Iterator[str]:
    """Every text at one letter more, less, other or swapped."""
    signs = string.ascii_lowercase + string.digits + ".-"
    for at in range(len(domain) + 1):
        yield from (domain[:at] + sign + domain[at:] for sign in signs)
        if at < len(domain):
            yield domain[:at] + domain[at + 1 :]
            yield from (domain[:at] + sign + domain[at + 1 :] for sign in signs)
            yield domain[:at] + domain[at : at + 2][::-1] + domain[at + 2 :]


def _names(data: Path, peers: _Peers) -> None:
    for half, unseen in (("developed on", False), ("unseen", True)):
        cells = list(write_cells(data, unseen=unseen, count=_CELLS, seed=3))
        right = Counter(s for s, cell, truth in cells if is_right(parse_full_name(cell), truth))
        worst = min(SHAPES, key=lambda shape: right[shape])
        share = sum(right.values()) / len(cells)
        _say(
            f"names, half {half}",
            f"{share:.2%} of {len(cells):,} cells,"
            f" worst shape {right[worst] / _CELLS:.2%} ({worst})",
        )
    simple = [(cell, truth) for _shape, cell, truth in cells if truth.kind == "person"]
    answers = peers.ask("names", [cell for cell, _ in simple])
    same = (
        is_right(type(truth)("person", truth.title, first, last, truth.birth_name), truth)
        for (first, last), (_, truth) in zip(answers, simple, strict=True)
    )
    ours = sum(is_right(parse_full_name(cell), truth) for cell, truth in simple) / len(simple)
    _say("  persons alone", f"{ours:.2%}; nameparser 2.6.0, first and last name only:"
         f" {sum(same) / len(simple):.2%}")  # fmt: skip


def _sexes(data: Path, peers: _Peers) -> None:
    rows = _rows(data / "rne_prenoms_sexe_agg.csv")
    ours, theirs = Counter[str](), Counter[str]()
    guessed = peers.ask("sexes", [row["prenom"] for row in rows])
    for row, (their,) in zip(rows, guessed, strict=True):
        own = guess_sex(row["prenom"])
        for counts, sex in ((ours, own.sex if own else None), (theirs, their)):
            men, women = int(row["n_m"]), int(row["n_f"])
            counts["people"] += men + women
            counts["told"] += (men + women) * (sex is not None)
            counts["right"] += men * (sex == "m") + women * (sex == "f")
    for name, counts in (("passerelle", ours), ("gender-guesser 0.4.0", theirs)):
        _say(f"sex of a first name, {name}", f"{counts['told'] / counts['people']:.2%} told,"
             f" {counts['right'] / counts['told']:.3%} rightly")  # fmt: skip

    _say("  half of the bearers held out", _held_out(rows))


def _held_out(rows: list[dict[str, str]]) -> str:
    """Every bearer tossed into one of two halves: one makes the table, the other is asked."""
    chance = random.Random(11)
    counts: Counter[str] = Counter()
    for row in rows:
        men, women = int(row["n_m"]), int(row["n_f"])
        known_men = sum(chance.random() < 0.5 for _ in range(men))
        known_women = sum(chance.random() < 0.5 for _ in range(women))
        guess = sex_of_bearers(known_men, known_women)
        asked = {"m": men - known_men, "f": women - known_women}
        counts["people"] += sum(asked.values())
        counts["told"] += sum(asked.values()) * (guess is not None)
        counts["right"] += asked[guess.sex] if guess else 0
    return (
        f"{counts['told'] / counts['people']:.2%} told, {counts['right'] / counts['told']:.3%}"
        " rightly; the table holds 96.0 % of the register's people"
    )


def _sounds(peers: _Peers) -> None:
    names = [name for group in _SOUNDS for name in group]
    theirs = dict(zip(names, (code for (code,) in peers.ask("sounds", names)), strict=True))
    own = sum(len({phonetic_code(name) for name in group}) == 1 for group in _SOUNDS)
    other = sum(len({theirs[name] for name in group}) == 1 for group in _SOUNDS)
    _say("groups that sound alike", f"{own} of {len(_SOUNDS)}; phonetic_fr 1.0.3: {other}")


def _say(name: str, told: str) -> None:
    print(f"  {name:<36} {told}")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
