"""Tokens to unsubscribe: they say what they were made for, and none that was changed says anything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from passerelle.consent import (
    UnsubscribeKey,
    Unsubscription,
    make_unsubscribe_token,
    read_unsubscribe_token,
)

KEY, OTHER = UnsubscribeKey.of(b"1" * 32), UnsubscribeKey.of(b"2" * 32)
WORDS = st.from_regex(r"[a-z_]{1,30}", fullmatch=True)
ASKED = st.builds(Unsubscription, WORDS, st.integers(-(2**63), 2**63 - 1), WORDS, WORDS)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(asked=ASKED)
def test_a_token_says_what_it_was_made_for(asked: Unsubscription) -> None:
    assert read_unsubscribe_token(make_unsubscribe_token(asked, KEY), KEY) == asked


@given(asked=ASKED, at=st.floats(0, 0.999), letter=st.sampled_from(_LETTERS))
def test_a_token_with_any_other_letter_says_nothing(
    asked: Unsubscription, at: float, letter: str
) -> None:
    token = make_unsubscribe_token(asked, KEY)
    place = int(at * len(token))
    changed = token[:place] + letter + token[place + 1 :]
    assert (read_unsubscribe_token(changed, KEY) is not None) == (changed == token)


@given(text=st.text(max_size=500))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    assert read_unsubscribe_token(text, KEY) is None


@given(asked=ASKED)
def test_another_installation_reads_nothing_and_links_look_unlike(asked: Unsubscription) -> None:
    one, other = make_unsubscribe_token(asked, KEY), make_unsubscribe_token(asked, KEY)
    assert read_unsubscribe_token(one, OTHER) is None
    assert one[:22] != other[:22]
    assert asked.subject_id.to_bytes(8, "big", signed=True).hex() not in one
