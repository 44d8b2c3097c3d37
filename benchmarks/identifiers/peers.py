"""What gender-guesser, nameparser and phonetic_fr answer; run in their own environment.

A list of texts as JSON on standard input, a list of answers, each a list, on standard output.
"""

import json
import sys
from collections.abc import Callable

Answer = list[str | None]


def names() -> Callable[[str], Answer]:
    """First and last name, by nameparser."""
    from nameparser import HumanName

    def read(text: str) -> Answer:
        name = HumanName(text)
        return [f"{name.first} {name.middle}".strip(), name.last]

    return read


def sexes() -> Callable[[str], Answer]:
    """The sex of a French first name, by gender-guesser, its "mostly" left out."""
    from gender_guesser.detector import Detector

    guess = Detector(case_sensitive=False).get_gender
    return lambda text: [{"male": "m", "female": "f"}.get(guess(text, "france"))]


def sounds() -> Callable[[str], Answer]:
    """The code of a name, by phonetic_fr."""
    from phonetic_fr import phonetic

    return lambda text: [phonetic(text)]


if __name__ == "__main__":
    answer = {"names": names, "sexes": sexes, "sounds": sounds}[sys.argv[1]]()
    json.dump([answer(text) for text in json.load(sys.stdin)], sys.stdout)
