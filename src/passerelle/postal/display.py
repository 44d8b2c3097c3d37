"""Words as people like to read them: cased, with their accents and hyphens."""

from __future__ import annotations

from passerelle.postal.tables import expansions, words_of
from passerelle.postal.tokens import GLUED, Tokens


def display_words(
    tokens: Tokens, start: int, end: int, *, is_loud: bool, expand: bool = False
) -> str:
    """Words as they were written; an address all in capitals gets the case of a book.

    Args:
        tokens: The words of the address.
        start: The first word.
        end: The word after the last.
        is_loud: Whether the whole address is in capitals.
        expand: Whether titles are written in full.
    """
    text = ""
    known = expansions()
    for at in range(start, end):
        word, folded = tokens.written[at], tokens.words[at]
        if expand and folded in known and at < end - 1:
            full = known[folded][1]
            word = full if word.islower() else full.title()
        elif is_loud and word.isalpha():
            small = folded in words_of("articles") and at > start
            word = word.lower() if small or folded in words_of("repetitions") else word.capitalize()
        glue = tokens.between[at]
        keeps = at > start and tokens.breaks[at] == GLUED and glue in ("-", "'")
        text += (glue if keeps else " " if text else "") + word
    return text
