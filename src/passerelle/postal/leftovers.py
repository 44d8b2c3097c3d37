"""Says what the words around a street are: a flat, a building, a hamlet, a box, a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from passerelle.postal.streets import Street, is_identifier, with_ordinal
from passerelle.postal.tables import Term, complements, find_term, specials, street_types, words_of
from passerelle.postal.tokens import SPACE, Tokens

Span = tuple[int, int]


@dataclass(slots=True)
class Leftovers:
    """Stretches of words by what they are; `unread` ones are also in `outside` or `locality`."""

    recipient: list[Span] = field(default_factory=list)
    inside: list[Span] = field(default_factory=list)
    outside: list[Span] = field(default_factory=list)
    locality: list[Span] = field(default_factory=list)
    special: list[Span] = field(default_factory=list)
    unread: list[Span] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stood around the street and the town."""
        return not (self.inside or self.outside or self.special or self.locality or self.recipient)


def may_hold_special(tokens: Tokens) -> bool:
    """Whether some of the words are BP, CS, TSA or « poste restante »."""
    words, index = tokens.words, specials()
    if index.keys().isdisjoint(words):
        return False
    return any(find_term(index, words, at, len(words)) for at in range(len(words)))


def take_specials(tokens: Tokens, left: Leftovers) -> None:
    """BP, CS, TSA and their digits, wherever they stand."""
    words, index = tokens.words, specials()
    if index.keys().isdisjoint(words):
        return
    at = 0
    while at < len(words):
        term = (
            find_term(index, words, at, len(words))
            if words[at] in index and tokens.free[at]
            else None
        )
        if term is None:
            at += 1
            continue
        end = _special_end(tokens, term, at)
        if end:
            left.special.append((at, end))
            tokens.take(at, end)
        at = end or at + 1


def _special_end(tokens: Tokens, term: Term, at: int) -> int:
    """Where « BP n° 40 001 » ends; 0 when it is no box."""
    words, end = tokens.words, at + len(term.words)
    if term.kind == "special_alone":
        return end
    if at and words[at - 1] in words_of("articles") and tokens.breaks[at] <= SPACE:
        return 0
    first = end
    while first < len(words) and words[first] in words_of("numbers"):
        first += 1
    last = first
    if last < len(words) and words[last].isdigit() and len(words[last]) <= 6 and tokens.free[last]:
        last += 1
        if _is_second_half(tokens, last):
            last += 1
    if last == first:
        return 0
    if (
        last < len(words)
        and len(words[last]) == 1
        and words[last].isalpha()
        and not tokens.breaks[last]
    ):
        last += 1
    return last


def _is_second_half(tokens: Tokens, at: int) -> bool:
    """« CS 40 001 »: thousands written apart."""
    words = tokens.words
    if at >= len(words) or len(words[at]) != 3 or not words[at].isdigit():
        return False
    goes_on = at + 1 < len(words) and find_term(street_types(), words, at + 1, len(words))
    return len(words[at - 1]) <= 2 and tokens.breaks[at] == SPACE and not goes_on


def read_leftovers(
    tokens: Tokens,
    runs: list[Span],
    street: Street | None,
    left: Leftovers,
    *,
    may_name_people: bool = True,
) -> None:
    """Sort the runs that no street has; what nobody understands goes where it stood."""
    for start, end in runs:
        after_street = street is not None and start >= street.number_start
        for piece in _pieces(tokens, start, end):
            _place(tokens, piece, left, after_street=after_street, is_person=may_name_people)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    kind: str


def _place(
    tokens: Tokens, piece: _Piece, left: Leftovers, *, after_street: bool, is_person: bool
) -> None:
    span = (piece.start, piece.end)
    if piece.kind in ("inside", "inside_alone", "care_of"):
        left.inside.append(span)
    elif piece.kind == "outside":
        left.outside.append(span)
    elif piece.kind == "locality":
        left.locality.append(span)
    elif (
        is_person
        and piece.start == 0 < piece.end - 1
        and (tokens.words[0] in words_of("civilities") and not after_street)
    ):
        left.recipient.append(span)
    else:
        left.unread.append(span)
        (left.locality if after_street else left.outside).append(span)


def _pieces(tokens: Tokens, start: int, end: int) -> list[_Piece]:
    """A run, cut where a word says what follows: « bât B | appt 3 | 2e étage »."""
    words, index = tokens.words, complements()
    cuts: list[tuple[int, str]] = []
    at = start
    while at < end:
        term = find_term(index, words, at, end) if words[at] in index else None
        if term is not None and _opens(tokens, term, cuts, (start, at, end)):
            floor = max(start, cuts[-1][0] if cuts else start)
            is_floor = term.canonical in ("ETAGE", "PALIER")
            cut = with_ordinal(words, floor - 1, at) if is_floor else at
            if cuts and cut <= cuts[-1][0]:
                cut = at
            cuts.append((cut, term.kind))
            at += len(term.words)
        else:
            at += 1
    if not cuts:
        return [_Piece(start, end, "unknown")]
    pieces = [] if cuts[0][0] == start else [_Piece(start, cuts[0][0], "unknown")]
    stops = [cut for cut, _kind in cuts[1:]] + [end]
    return pieces + [_Piece(cut, stop, kind) for (cut, kind), stop in zip(cuts, stops, strict=True)]


def _opens(  # noqa: PLR0911
    tokens: Tokens, term: Term, cuts: list[tuple[int, str]], span: tuple[int, int, int]
) -> bool:
    """Whether a word opens a complement here: after an article it is part of a name."""
    start, at, end = span
    words, after = tokens.words, at + len(term.words)
    if at > start and words[at - 1] in words_of("articles"):
        return False
    if at == start:
        return after < end or not term.is_short or term.kind == "inside_alone"
    if cuts and cuts[-1][1] == "care_of" and term.kind not in ("inside", "outside"):
        return False
    if term.kind in ("inside_alone", "care_of", "locality"):
        return True
    if term.canonical in ("ETAGE", "PALIER"):
        return True
    if after >= end:
        return False
    return is_identifier(words[after]) or (
        term.kind == "outside" and not term.is_short and at - start > 1
    )
