"""Values that are typed or sent when there is nothing to say: data files, read once.

Each file of `data/` opens with its date and its sources. A caller adds its own values with
`blocked=` of `normalize_column`: nothing here needs to be edited for one brand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_data(name: str) -> Mapping[str, Any]:
    """The content of `data/NAME.toml`."""
    path = files("passerelle.identifiers").joinpath("data", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def data_set(name: str, key: str) -> frozenset[str]:
    """One list of `data/NAME.toml`, as a set."""
    return frozenset(read_data(name)[key])


def stands_for_nothing(text: str, words: str = "words") -> bool:
    """Whether a cleaned text is a way of writing "no value", quoted or not.

    `words` names the list of `data/blocked_words.toml`: people are called Sans, Na or Passage, so
    names have a shorter one.

    >>> [stands_for_nothing(text) for text in ("NULL", "'n/a'", "---", "Dupont")]
    [True, True, True, False]
    """
    word = text.lower().strip("\"'` ")
    return not word.strip("-.?/_*# ") or word in data_set("blocked_words", words)
