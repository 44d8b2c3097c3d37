"""Finds the house number and the street among the words that are left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from passerelle.postal.tables import (
    Term,
    complements,
    find_term,
    street_types,
    way_names,
    way_of,
    words_of,
)
from passerelle.postal.tokens import COMMA, GLUED, LINE, SPACE, Tokens

_ALONE = frozenset(
    {
        "GRANDE RUE",
        "GRAND RUE",
        "GRANDE PLACE",
        "GRAND PLACE",
        "PETITE RUE",
        "PLACETTE",
        "PARVIS",
        "FAUBOURG",
        "PETIT CHEMIN",
        "VIEUX CHEMIN",
        "ANCIEN CHEMIN",
        "VIEILLE ROUTE",
        "GRANDE VOIE",
        "ANCIENNE ROUTE",
        "MAIL",
        "ESPLANADE",
        "COURS",
        "REMPARTS",
        "LIAISON",
        "CHEMIN DE HALAGE",
        "CORNICHE",
    }
)
_SURE_COMPLEMENTS = frozenset(
    {
        "APPARTEMENT",
        "BATIMENT",
        "RESIDENCE",
        "IMMEUBLE",
        "REZ DE CHAUSSEE",
        "CHEZ",
        "LIEU DIT",
        "LOTISSEMENT",
        "AUX BONS SOINS DE",
        "ETAGE",
    }
)
_NEEDS_NUMBER = 2  # characters of a short form that is a word of its own without a number before it


@dataclass(frozen=True, slots=True)
class Street:
    """A street that the words may mean: where its number, its type and its name stand.

    `words[number_start:type_start]` is the number with its repetition; the name ends at `end`.
    """

    number_start: int
    type_start: int
    name_start: int
    end: int
    score: float
    term: Term | None
    number: str = ""
    repetition: str = ""


def free_runs(tokens: Tokens) -> list[tuple[int, int]]:
    """Stretches of words that nobody has taken, cut where a comma or a line stands."""
    runs: list[tuple[int, int]] = []
    start = -1
    free, breaks = tokens.free, tokens.breaks
    for at in range(len(tokens.words)):
        if not free[at]:
            if start >= 0:
                runs.append((start, at))
                start = -1
        elif start < 0:
            start = at
        elif breaks[at] >= COMMA and not _goes_on(tokens, start, at):
            runs.append((start, at))
            start = at
    if start >= 0:
        runs.append((start, len(tokens.words)))
    return runs


def _goes_on(tokens: Tokens, start: int, at: int) -> bool:
    """A comma between a house number and its street parts nothing."""
    before = at - 1
    words = tokens.words
    if words[before] in words_of("repetitions") or (
        len(words[before]) == 1 and "A" <= words[before] <= "Z"
    ):
        before -= 1
    if before < start or not words[before].isdigit() or len(words[before]) > 4:
        return False
    if words[at].isdigit() or (tokens.breaks[at] == LINE and before != start):
        return False
    claim = find_term(complements(), words, before - 1, before) if before > start else None
    if claim is not None:
        # « 2e étage 2, rue X »: a floor that has its number claims no other.
        is_floor = claim.canonical in ("ETAGE", "PALIER")
        if not is_floor or with_ordinal(words, start - 1, before - 1) == before - 1:
            return False
    return before == start or find_term(street_types(), words, at, len(words)) is not None


def find_streets(tokens: Tokens, runs: list[tuple[int, int]]) -> list[Street]:
    """Every street that the runs may hold, best first."""
    found: list[Street] = []
    types, words = street_types(), tokens.words
    for start, end in runs:
        for at in range(start, end):
            if words[at] in types:
                street = _typed(tokens, start, at, end)
                if street is not None:
                    found.append(street)
        if not found or found[-1].score < _TYPED_AND_NUMBERED:
            others = (_misspelt, _without_type, _hamlet)
            found += filter(None, (find(tokens, start, end) for find in others))
    if len(found) > 1:
        found.sort(key=lambda each: (-each.score, each.number_start))
    return found


def _typed(tokens: Tokens, start: int, at: int, end: int) -> Street | None:  # noqa: PLR0911
    words = tokens.words
    term = _type_at(words, at, end)
    if term is None:
        return None
    name = at + len(term.words)
    before = words[at - 1] if at > start else ""
    number_start, number, repetition = read_number(tokens, start, at)
    if not number and before in words_of("articles") and tokens.breaks[at] <= SPACE:
        return None
    if name >= end and term.canonical not in _ALONE:
        return (
            None
            if term.kind != "ways" or term.is_short
            else Street(number_start, at, name, name, 1.2, term, number, repetition)
        )
    if (
        term.kind == "roads"
        and not words[name].isdigit()
        and (not number or len(words[at]) < _NEEDS_NUMBER)
    ):
        return None
    if (
        number
        and number_start > start
        and find_term(street_types(), words, number_start - 1, number_start)
        and (
            find_term(street_types(), words, number_start - 1, number_start).kind == "roads"  # type: ignore[union-attr]
        )
    ):
        return None
    score = _score(tokens, term, start, at, number_start, has_number=bool(number))
    if score <= 0:
        return None
    first = name - 1 if term.canonical in _ALONE else name
    return Street(
        number_start, at, name, _name_end(tokens, first, end), score, term, number, repetition
    )


def _type_at(words: list[str], at: int, end: int) -> Term | None:
    """The street's type at a word: « route nationale 7 » is a road, « route Nationale » a route."""
    term = find_term(street_types(), words, at, end)
    if term is None or term.kind != "roads" or len(term.words) == 1:
        return term
    after = at + len(term.words)
    if after < end and words[after].isdigit():
        return term
    return find_term(street_types(), words, at, at + 1)


def _misspelt(tokens: Tokens, start: int, end: int) -> Street | None:
    """« 3 plcae de l'Église », « boulvard Carnot »: a type with one letter wrong."""
    words = tokens.words
    at = start
    while at < end and (
        words[at].isdigit() or words[at] in words_of("repetitions") or len(words[at]) == 1
    ):
        at += 1
    if (
        at + 1 >= end
        or len(words[at]) < _SHORTEST_MISSPELT
        or words[at] in street_types()
        or words[at] in complements()
    ):
        return None
    is_sure = words[at + 1] in words_of("articles") or words[at] not in _NEAR_WORDS
    meant = _nearest_way(words[at]) if is_sure else None
    if meant is None:
        return None
    number_start, number, repetition = read_number(tokens, start, at)
    if number_start != start:
        return None
    score = 3.5 if number else 2.6
    return Street(
        number_start, at, at + 1, _name_end(tokens, at + 1, end), score, meant, number, repetition
    )


@lru_cache(maxsize=1 << 10)
def _nearest_way(word: str) -> Term | None:
    near = [name for name in way_names() if OSA.distance(word, name, score_cutoff=1) <= 1]
    return way_of(near[0]) if len(near) == 1 else None


def _score(  # noqa: PLR0911
    tokens: Tokens, term: Term, start: int, at: int, number_start: int, *, has_number: bool
) -> float:
    """How likely a street starts here: a number before its type tells most, then the type."""
    words = tokens.words
    before = words[number_start - 1] if number_start > start else ""
    if has_number:
        if before in words_of("articles") and before not in ("A", "AU", "ET"):
            return 0.5 if term.kind == "places" else 1.0
        if term.kind == "places":
            claimed = (
                before
                and find_term(complements(), words, number_start - 1, number_start) is not None
            )
            return 1.4 if claimed else 4.5
        return 5.0
    is_first = at == start or (
        term.canonical in _HAMLETS and at == start + 1 and words[start] in complements()
    )
    if term.kind == "places":
        if not is_first:
            return 0.0
        return 1.7 if term.canonical in _HAMLETS else 1.5  # a residence stands in a hamlet
    if term.is_short:
        shortest = len(words[at]) <= _NEEDS_NUMBER or words[at] in (
            "PAS",
            "ALL",
            "SEN",
            "ART",
            "COR",
            "QUA",
            "DIG",
            "BOUL",
        )
        return 3.9 if is_first else 0.0 if shortest else 2.2
    if term.kind == "roads":
        return 3.0 if is_first else 0.0
    return 4.0 if is_first else 2.5


def read_number(tokens: Tokens, start: int, at: int) -> tuple[int, str, str]:
    """The house number that ends before a word: where it starts, the number, its repetition.

    One number, a range (« 12-14 », « 12 à 14 ») or two (« 3 et 5 »), with BIS, TER or a letter.
    """
    words, end = tokens.words, at
    repetition = ""
    last = at - 1
    if last >= start and words[last][-1:] == "E" and words[last][:-1].isdigit():
        return last, words[last][:-1], "E"
    if (last > start and words[last] in words_of("repetitions")) or (
        last > start
        and len(words[last]) == 1
        and "A" <= words[last] <= "Z"
        and _is_number(words[last - 1])
    ):
        repetition, last = words[last], last - 1
    if last < start or not _is_number(words[last]):
        return end, "", ""
    first, number = last, words[last]
    if last - 2 >= start and words[last - 1] in ("ET", "A", "AU") and _is_number(words[last - 2]):
        joint = "ET" if words[last - 1] == "ET" else ""
        first, number = last - 2, " ".join(filter(None, (words[last - 2], joint, words[last])))
    elif last - 1 >= start and _is_range(tokens, start, last):
        first, number = last - 1, f"{words[last - 1]} {words[last]}"
    if first > start and words[first - 1] in words_of("numbers"):
        first -= 1
    return first, number, repetition


def _is_number(word: str) -> bool:
    return word.isdigit() and word.isascii() and len(word) <= 5


def _is_range(tokens: Tokens, start: int, last: int) -> bool:
    """« 12-14 » always; « 12 14 » where it begins and goes up."""
    words = tokens.words
    if not _is_number(words[last - 1]):
        return False
    if tokens.breaks[last] == GLUED:
        return True
    return (
        last - 1 == start
        and tokens.breaks[last] == SPACE
        and int(words[last - 1]) < int(words[last])
    )


def _without_type(tokens: Tokens, start: int, end: int) -> Street | None:
    """« 6 la Carrière »: a number, and a name that begins with no type."""
    words = tokens.words
    at = _bare_number(tokens, start, end)
    start = at
    if words[at] in words_of("numbers") and at + 1 < end:
        at += 1
    if not _is_number(words[at]) or len(words[at]) > 4:
        return None
    name = at + 1
    while name < end and (
        _is_number(words[name])
        or (words[name] in ("ET", "A") and name + 1 < end and _is_number(words[name + 1]))
    ):
        name += 1
    if (name < end and words[name] in words_of("repetitions")) or (
        name + 1 < end and _is_letter(tokens, name)
    ):
        name += 1
    if (
        name >= end
        or words[name] in words_of("months")
        or find_term(complements(), words, name, end)
    ):
        return None
    number_start, number, repetition = read_number(tokens, start, name)
    if not number or number_start > start:
        return None
    return Street(
        number_start, name, name, _name_end(tokens, name, end), 2.0, None, number, repetition
    )


def _hamlet(tokens: Tokens, start: int, end: int) -> Street | None:
    """« Le Village » on its own, behind the name of a residence."""
    is_alone = start > 0 and tokens.breaks[start] >= COMMA and tokens.words[start] in _LEADING
    if not is_alone or end - start < 2:
        return None
    return Street(start, start, start, _name_end(tokens, start, end), 1.6, None)


def _bare_number(tokens: Tokens, start: int, end: int) -> int:
    """Where a house number stands after a complement: « Appt 3 1125 Plazako », « RDC 4 le Bourg ».

    The first word of the run where there is none.
    """
    words = tokens.words
    is_claimed = _starts_complement(words, start, end)
    if not is_claimed and not words[start][0].isdigit():
        return start
    for at in range(start + 1, end - 1):
        if not words[at].isdigit() or len(words[at]) > _LONGEST_BEHIND:
            continue
        if _follows_article(words, start, at):
            continue
        is_letter = at + 2 < end and len(words[at + 1]) == 1 and words[at + 1].isalpha()
        after = at + 2 if is_letter else at + 1
        if words[at + 1] in _LEADING or words[after] in _LEADING:
            return at
        if is_claimed and _is_number_of_street(words, start, at, after, end):
            return at
    return start


def _starts_complement(words: list[str], start: int, end: int) -> bool:
    """« Appt 3 », « 2e étage », « 3 ème étage »."""
    index = complements()
    if find_term(index, words, start, end) is not None:
        return True
    return any(
        words[at] in index and with_ordinal(words, start - 1, at) == start
        for at in range(start + 1, min(start + 3, end))
    )


def _follows_article(words: list[str], start: int, at: int) -> bool:
    """« les 3 Vallées »; not « Entrée A 4 le Bourg »."""
    before = words[at - 1]
    names = len(before) == 1 and at - 2 >= start and find_term(complements(), words, at - 2, at - 1)
    return before in words_of("articles") and not names


def _is_number_of_street(words: list[str], start: int, at: int, after: int, end: int) -> bool:
    """Whether a number behind a complement is not the complement's own, and a name follows."""
    name, index = words[after], complements()
    if not name.isalpha() or find_term(index, words, after, end) is not None:
        return False
    if any(name in words_of(kind) for kind in ("months", "ordinals", "articles")):
        return False
    is_named_so = find_term(index, words, at - 1, at) is not None  # « Appt 12 »
    return not is_named_so or with_ordinal(words, start - 1, at - 1) < at - 1


def _is_letter(tokens: Tokens, at: int) -> bool:
    """A letter after a number repeats it, unless it is an article or a street's type."""
    if len(tokens.words[at]) != 1 or not "A" <= tokens.words[at] <= "Z":
        return False
    if not tokens.between[at]:
        return True
    return tokens.words[at] not in ("L", "D", "A", "R") and tokens.breaks[at + 1] != GLUED


_LEADING = frozenset({"LE", "LA", "LES", "L", "AU", "AUX"})
_TYPED_AND_NUMBERED = 5.0
_SHORTEST_MISSPELT = 4
_HAMLETS = frozenset({"HAMEAU", "QUARTIER", "VILLAGE"})
_NEAR_WORDS = frozenset(
    {"ROUGE", "COURT", "PALACE", "PLANE", "PLATE", "ROULE", "ROUTY", "ALLER", "SENTA"}
)
"""Words that are no misspelt type though one letter away from one."""


def _name_end(tokens: Tokens, start: int, end: int) -> int:
    """Where a street's name ends: at the first word that says where in the building."""
    words, index = tokens.words, complements()
    for at in range(start + 1, end):
        if words[at] not in index:
            continue
        term = find_term(index, words, at, end)
        if term is not None and _is_complement(tokens, term, start, at, end):
            return with_ordinal(words, start, at) if term.canonical in ("ETAGE", "PALIER") else at
    return end


def _is_complement(tokens: Tokens, term: Term, start: int, at: int, end: int) -> bool:  # noqa: PLR0911
    """Whether a word inside a street's name begins a complement: not « rue de la Résidence »."""
    words = tokens.words
    if words[at - 1] in words_of("articles"):
        return False
    after = at + len(term.words)
    names = after < end and is_identifier(words[after])
    if term.kind in ("care_of", "locality"):
        return after < end
    if term.kind == "inside_alone":
        return term.canonical in _SURE_COMPLEMENTS
    if term.canonical == "ETAGE":
        return names or with_ordinal(words, start, at) < at
    if term.is_short and len(words[at]) <= 3 and len(term.words) == 1:
        return names or (
            after < end
            and term.canonical in ("RESIDENCE", "BATIMENT", "IMMEUBLE")
            and len(words[at]) == 3
        )
    if term.canonical in _SURE_COMPLEMENTS:
        return after < end
    return names


def is_identifier(word: str) -> bool:
    """What numbers a building or a flat: digits, a letter or two, an ordinal."""
    return word[0].isdigit() or len(word) == 1 or (len(word) <= 3 and set(word) <= set("IVX"))


def with_ordinal(words: list[str], start: int, at: int) -> int:
    """Where « 3e étage », « 2 ème étage » begins."""
    before = words[at - 1]
    if at - 1 > start and before[0].isdigit():
        return at - 1
    if at - 2 > start and before in words_of("ordinals") and words[at - 2].isdigit():
        return at - 2
    return at


def with_number_behind(
    tokens: Tokens, street: Street, runs: list[tuple[int, int]]
) -> tuple[Street, list[tuple[int, int]]]:
    """« rue du Café, 12 » and « rue des Lilas 12 »: the number as Belgians and Germans write it."""
    if street.number or street.term is None or street.term.kind != "ways":
        return street, runs
    for run in runs:
        if run[0] == street.end:
            first, number, repetition = read_number(tokens, run[0], run[1])
            if number and first == run[0] and len(number) <= _LONGEST_BEHIND:
                rest = [each for each in runs if each != run]
                return replace(street, number=number, repetition=repetition), rest
    last = street.end - 1
    if _ends_in_number(tokens, street.name_start, last):
        return replace(street, end=last, number=tokens.words[last]), runs
    return street, runs


def _ends_in_number(tokens: Tokens, start: int, last: int) -> bool:
    """Not a date, a road, a king, a regiment."""
    words = tokens.words
    if last <= start or not words[last].isdigit() or len(words[last]) > _LONGEST_BEHIND - 1:
        return False
    before = words[last - 1]
    return (
        tokens.breaks[last] == SPACE
        and before.isalpha()
        and len(before) > 2
        and before not in _NUMBERED
        and before not in (words_of("articles") | words_of("months"))
    )


_LONGEST_BEHIND = 4
_NUMBERED = frozenset(
    (
        "JEAN",
        "LOUIS",
        "HENRI",
        "CHARLES",
        "PIE",
        "PAUL",
        "FRANCOIS",
        "ALBERT",
        "LEOPOLD",
        "LOT",
        "ILOT",
        "SECTEUR",
        "ZONE",
        "PORTE",
        "VOIE",
        "NATIONALE",
        "DEPARTEMENTALE",
        "COMMUNALE",
        "RURAL",
        "VICINAL",
        "TRANCHE",
        "PHASE",
        "REGIMENT",
        "NUMERO",
        "RESIDENCE",
        "PARC",
        "QUARTIER",
        "CITE",
        "LIGNE",
        "PLAN",
        "ALLEE",
        "RUE",
        "BIS",
    )
)
