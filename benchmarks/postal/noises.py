"""What people and programs do to an address: one function a kind, from parts to a text."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

from benchmarks.postal.halves import Gold

Noise = Callable[[Gold, random.Random], str]

_SHORT = {
    "rue": "r",
    "avenue": "av",
    "boulevard": "bd",
    "place": "pl",
    "chemin": "ch",
    "route": "rte",
    "impasse": "imp",
    "allée": "all",
    "square": "sq",
    "saint": "st",
    "sainte": "ste",
    "général": "gal",
    "docteur": "dr",
    "maréchal": "mal",
    "commandant": "cdt",
}
_INSIDE = [
    "appt 12",
    "Apt 3",
    "chez Mme Durand",
    "2e étage",
    "esc. C",
    "Appartement 204",
    "3ème étage porte 2",
    "RDC",
]
_OUTSIDE = [
    "Bât B",
    "bat 3",
    "Résidence les Lilas",
    "Immeuble Le Mistral",
    "Entrée A",
    "bâtiment C2",
    "tour 4",
]


def ascii_text(text: str) -> str:
    """Without accents."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _street(gold: Gold) -> str:
    return gold.line_4


def _town(gold: Gold) -> str:
    return f"{gold.postcode} {gold.city}"


def _plain(gold: Gold, _rng: random.Random) -> str:
    return f"{_street(gold)} {_town(gold)}"


def _shortened(text: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: _SHORT.get(word[0].lower(), word[0]), text)


def _typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _city_typo(gold: Gold, rng: random.Random) -> str:
    words = gold.city.split("-")
    long = [at for at, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if long:
        at = rng.choice(long)
        words[at] = _typo(words[at], rng)
    return f"{_street(gold)}, {gold.postcode} {'-'.join(words)}"


def _type_typo(gold: Gold, _rng: random.Random) -> str:
    swaps = {
        "avenue": "avenu",
        "boulevard": "boulvard",
        "chemin": "chemn",
        "impasse": "impase",
        "route": "rout",
        "place": "plcae",
        "rue": "ru",
    }
    return (
        re.sub(
            r"[^\W\d_]+", lambda word: swaps.get(word[0].lower(), word[0]), _street(gold), count=1
        )
        + f" {_town(gold)}"
    )


def _mojibake(gold: Gold, rng: random.Random) -> str:
    text = _plain(gold, rng)
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text.encode("utf-8").decode("latin-1")


def _glued(gold: Gold, _rng: random.Random) -> str:
    street = re.sub(
        r"^(\d+) ?(bis|ter)?\s+",
        lambda found: found[1] + (found[2] or ""),
        _street(gold),
        flags=re.I,
    )
    return f"{street}, {gold.postcode}{gold.city}"


def _then(gold: Gold) -> str:
    """« Appt 12 place X » may be number 12 of the place: without a number, a comma says it is not."""  # noqa: E501
    return " " if gold.number else ", "


def _commas(gold: Gold, _rng: random.Random) -> str:
    street = re.sub(r"^([0-9]+) ", r"\1, ", _street(gold))
    return f"{street}, {gold.postcode}, {gold.city}"


def _cased(gold: Gold, rng: random.Random) -> str:
    return ascii_text(_plain(gold, rng)).upper().replace("-", " ").replace("'", " ")


NOISES: Mapping[str, Noise] = {
    "plain": _plain,
    "capitals": _cased,
    "lower, no accents": lambda gold, rng: ascii_text(_plain(gold, rng)).lower(),
    "commune first": lambda gold, _rng: f"{_town(gold)} {_street(gold)}",
    "commune first, comma": lambda gold, _rng: f"{gold.city} ({gold.postcode}), {_street(gold)}",
    "CEDEX": lambda gold, rng: (
        f"{_plain(gold, rng)} Cedex {rng.choice(['', '1', '07', '9'])}".strip()
    ),
    "BP inside": lambda gold, rng: (
        f"{_street(gold)} {rng.choice(['BP', 'B.P.', 'BP n°'])} {rng.randrange(1, 99999)} {_town(gold)}"  # noqa: E501
    ),
    "CS in front": lambda gold, rng: (
        f"CS {rng.randrange(10000, 99999)} {_street(gold)} {_town(gold)}"
    ),
    "typo in the type": _type_typo,
    "typo in the commune": _city_typo,
    "no postcode": lambda gold, _rng: f"{_street(gold)}, {gold.city}",
    "glued numbers": _glued,
    "commas": _commas,
    "dashes": lambda gold, _rng: f"{_street(gold)} - {gold.postcode} - {gold.city}",
    "inside in front": lambda gold, rng: f"{rng.choice(_INSIDE)}{_then(gold)}{_plain(gold, rng)}",
    "outside in front": lambda gold, rng: f"{rng.choice(_OUTSIDE)}, {_plain(gold, rng)}",
    "complements behind": lambda gold, rng: (
        f"{_street(gold)} {rng.choice(_OUTSIDE)} {rng.choice(_INSIDE)} {_town(gold)}"
    ),
    "both in front": lambda gold, rng: (
        f"{rng.choice(_INSIDE)} {rng.choice(_OUTSIDE)}{_then(gold)}{_plain(gold, rng)}"
    ),
    "abbreviations": lambda gold, _rng: (
        f"{_shortened(_street(gold))} {gold.postcode} {_shortened(gold.city.replace('-', ' '))}"
    ),
    "blanks": lambda gold, rng: _plain(gold, rng).replace(
        " ", rng.choice(["  ", "\u00a0", " \t "])
    ),
    "mojibake": _mojibake,
    "lines": lambda gold, rng: f"{rng.choice(_OUTSIDE)}\n{_street(gold)}\n{_town(gold)}",
    "reversed lines": lambda gold, _rng: f"{_town(gold)}\n{_street(gold)}",
    "country": lambda gold, rng: (
        f"{_plain(gold, rng)} {rng.choice(['France', 'FRANCE', '- France'])}"
    ),
    "phone": lambda gold, rng: (
        f"{_plain(gold, rng)} Tél : 01 4{rng.randrange(10)} {rng.randrange(10, 99)} 12 34"
    ),
    "typographic signs": lambda gold, rng: (
        _plain(gold, rng).replace("-", "\u2011").replace("'", "\u2019")
    ),
    "stars and parentheses": lambda gold, _rng: f"{_street(gold)} ({gold.postcode} {gold.city})",
}
