"""Finds the postcode and the town in an address, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from passerelle.postal.reference import LINKING_WORDS, Gazetteer, TownMatch
from passerelle.postal.tables import (
    find_term,
    first_names,
    specials,
    split_words,
    street_types,
    titles,
    words_of,
)
from passerelle.postal.tokens import COMMA, GLUED, LINE, SPACE, Tokens

_MOST_WORDS = 9  # of a town's name, as the gazetteer has them
_MOST_POSTCODES = 3
_LONGEST_WORD = 30  # of a town's name, written in one
SURE = 0.8
"""What a town must be worth for no other to be looked for."""
_SHORTEST_BEGUN = 6  # letters of a name that may go on, where there is no postcode
_KNOWN_ONCE = 0.6  # what a name is worth that one town has, when no postcode was written
_ORDINARY = frozenset(
    [
        "VERT",
        "VERTE",
        "BAS",
        "BASSE",
        "HAUT",
        "LONG",
        "VIEUX",
        "GRAND",
        "VILLE",
        "BOURG",
        "MARIN",
        "ROBERT",
        "ROY",
        "PRE",
        "BOIS",
        "MORT",
        "BLANC",
        "NOIR",
        "ROUGE",
        "MARTIN",
        "MICHEL",
        "MOULIN",
        "MOULINS",
        "CHAMP",
        "CHAMPS",
        "SEC",
        "SOLEIL",
        "FAUCON",
        "MORAND",
        "CHARME",
        "CROIX",
        "FLEURS",
        "LIBERTE",
        "POSTE",
        "ORME",
        "FRENE",
        "CHENE",
        "BEL",
        "BELLE",
        "AIR",
        "FRANCE",
        "GARE",
        "LAC",
        "MONT",
        "PONT",
        "PORT",
        "PLAGE",
        "COMBE",
        "COTE",
        "CLOS",
        "VAL",
        "BRUN",
    ]
)
"""Words that end the names of streets more often than they name a town."""
_CEDEX = frozenset({"CEDEX", "CDEX", "CEDX", "CEDES", "CÉDEX"})
_OF = frozenset({"D", "DE", "DES", "DU"})
_MILITARY = frozenset({"ARMEES", "ARMEE", "HUB"})
_CITIES = {"PARIS": "75", "LYON": "69", "MARSEILLE": "13"}


@dataclass(slots=True)
class Place:
    """Where an address is: what was read of it and what the tables say.

    `written` are the words of a town that the tables do not have.
    """

    postcode: str = ""
    cedex: str = ""
    match: TownMatch | None = None
    others: tuple[TownMatch, ...] = ()
    written: tuple[int, int] = (0, 0)
    name: tuple[int, int] = (0, 0)
    is_military: bool = False
    is_corrected: bool = False


def find_place(tokens: Tokens, gazetteer: Gazetteer) -> Place:
    """The town of an address; its words, the postcode's and CEDEX are taken."""
    cedex, cedex_at = _take_cedex(tokens)
    _take_country(tokens)
    best: Place | None = None
    for at, size, postcode in islice(_postcodes(tokens, gazetteer), _MOST_POSTCODES):
        place = _around(tokens, gazetteer, at, size, postcode, is_cedex=bool(cedex))
        if best is None or _worth(place) > _worth(best):
            best, best_at = place, (at, at + size)
        if _worth(place) >= SURE:
            break
    if best is not None:
        tokens.take(*best_at)
        tokens.take(*best.name)
        tokens.take(*best.written)
        _take_borough(tokens, best)
        best.cedex = cedex
        return best
    place = _by_name(tokens, gazetteer, cedex_at)
    place.cedex = cedex
    tokens.take(*place.name)
    _take_borough(tokens, place)
    return place


def tells_of_town(tokens: Tokens) -> bool:
    """Whether there are words that change how a town beside them is read: CEDEX, France."""
    return not _CEDEX.isdisjoint(tokens.words) or "FRANCE" in tokens.words


def _worth(place: Place) -> float:
    if place.is_military:
        return 1.0
    if place.match is None:
        return 0.1 if place.written[1] else 0.0
    return place.match.score if place.match.how != "postcode" else 0.2


def _take_cedex(tokens: Tokens) -> tuple[str, int]:
    words = tokens.words
    if _CEDEX.isdisjoint(words):
        return "", -1
    for at in range(len(words) - 1, -1, -1):
        if words[at] in _CEDEX:
            end, number = at + 1, ""
            if (
                end < len(words)
                and len(words[end]) <= 2
                and words[end].isdigit()
                and tokens.breaks[end] <= SPACE
            ):
                number, end = words[end], end + 1
            tokens.take(at, end)
            return (f"CEDEX {number}" if number else "CEDEX"), at
    return "", -1


def _take_country(tokens: Tokens) -> None:
    """« France » at the end, or after a comma, says nothing more."""
    if len(tokens.words) > 1 and "FRANCE" in tokens.words:
        if tokens.words[-1] == "FRANCE" and _stands_alone(tokens, len(tokens.words) - 1):
            tokens.take(len(tokens.words) - 1, len(tokens.words))
        if tokens.words[0] == "FRANCE" and tokens.breaks[1] >= COMMA:
            tokens.take(0, 1)


def _stands_alone(tokens: Tokens, at: int) -> bool:
    """Not « rue de France » nor « Roissy-en-France »."""
    before = tokens.words[at - 1]
    if tokens.breaks[at] >= COMMA:
        return True
    if before in words_of("articles") or before in ("ANATOLE", "MENDES", "ILE"):
        return False
    return any(len(word) == 5 and word.isdigit() for word in tokens.words[:at])


def _postcodes(tokens: Tokens, gazetteer: Gazetteer) -> Iterator[tuple[int, int, str]]:
    """Where five digits may be a postcode, likeliest first: place, count of words, value."""
    words, free = tokens.words, tokens.free
    digits = [at for at, word in enumerate(words) if word.isdigit() and free[at] and word.isascii()]
    whole = [at for at in digits if len(words[at]) == 5]
    known = [at for at in whole if gazetteer.is_known_postcode(words[at])]
    for at in reversed(known):
        yield at, 1, words[at]
    for at in whole:
        if at not in known:
            yield at, 1, words[at]
    first = whole[0] if whole else len(words)
    yield from _short_postcodes(tokens, gazetteer, [at for at in digits if at < first], 4)
    yield from _short_postcodes(tokens, gazetteer, digits, 2)


def _short_postcodes(
    tokens: Tokens, gazetteer: Gazetteer, places: list[int], length: int
) -> Iterator[tuple[int, int, str]]:
    """Postcodes in two pieces, « 75 011 », or without their first zero, « 1000 »."""
    words = tokens.words
    for at in places:
        word = words[at]
        if len(word) != length:
            continue
        if length == 4 and _may_have_lost_zero(tokens, gazetteer, at):
            postcode, size = f"0{word}", 1
        elif length == 2 and _goes_on_in_three_digits(tokens, at):
            postcode, size = word + words[at + 1], 2
        else:
            continue
        if gazetteer.is_known_postcode(postcode):
            yield at, size, postcode


def _goes_on_in_three_digits(tokens: Tokens, at: int) -> bool:
    if at + 1 >= len(tokens.words) or tokens.breaks[at + 1] != SPACE:
        return False
    after = tokens.words[at + 1]
    return len(after) == 3 and after.isdigit()


def _may_have_lost_zero(tokens: Tokens, gazetteer: Gazetteer, at: int) -> bool:
    """A spreadsheet eats the first zero of a postcode; a year or a number stays what it is."""
    words = tokens.words
    if at + 1 >= len(words) or (at and words[at - 1] in words_of("months")):
        return False
    # « 1160 Pont-d'Ain » is a town; « 1160 Pont Neuf » and « 2440 Bide Nagusia » are none.
    name = words[at + 1 : _town_end(tokens, at + 1)]
    matches = gazetteer.find_towns(name, f"0{words[at]}", place="start") if name else ()
    if not matches or matches[0].how not in _SURE_WAYS:
        return False
    is_way = find_term(street_types(), words, at + 1, len(words)) is not None
    return not is_way or (matches[0].how, matches[0].end) == ("exact", len(name))


def _around(  # noqa: PLR0911
    tokens: Tokens, gazetteer: Gazetteer, at: int, size: int, postcode: str, *, is_cedex: bool
) -> Place:
    """The town beside a postcode: after it, or else before it."""
    start = at + size
    end = _town_end(tokens, start)
    place = Place(postcode=postcode)
    elsewhere: tuple[TownMatch, ...] = ()
    if end > start and tokens.words[start] in _MILITARY and postcode.startswith("00"):
        place.is_military, place.written = True, (start, end)
        return place
    like_street = end > start and _starts_like_street(tokens, start)
    if like_street and tokens.breaks[start] >= COMMA:
        found = _town_before(tokens, gazetteer, postcode, at, is_cedex=is_cedex)
        if found is not None:
            return found
    if end > start:
        matches = gazetteer.find_towns(
            tokens.words[start:end], postcode, is_cedex=is_cedex, place="start"
        )
        if matches and _is_named(matches[0]):
            if matches[0].how != "other_postcode":
                before = _surer_before(tokens, gazetteer, matches[0], at, start, is_cedex=is_cedex)
                if before is not None:
                    return before
                kept = _without_lone_name(tokens, matches, start, at)
                return _found(place, kept, start, gazetteer)
            elsewhere = matches
    found = _town_before(tokens, gazetteer, postcode, at, is_cedex=is_cedex)
    if found is not None:
        return found
    if elsewhere and not like_street:
        return _found(place, elsewhere, start, gazetteer)
    if end > start and not like_street:
        return _as_written(gazetteer, place, start, end)
    return _first_segment(tokens, gazetteer, postcode, at, is_cedex=is_cedex)


def _town_before(
    tokens: Tokens, gazetteer: Gazetteer, postcode: str, at: int, *, is_cedex: bool
) -> Place | None:
    """The town that stands before its postcode, and is no part of a street's name."""
    before = _before(tokens, at)
    if before == at:
        return None
    matches = gazetteer.find_towns(
        tokens.words[before:at], postcode, is_cedex=is_cedex, place="end"
    )
    if not matches or matches[0].how not in _SURE_WAYS:
        return _begun_before(tokens, gazetteer, postcode, (before, at))
    if matches[0].start and _belongs_to_street(tokens, before + matches[0].start):
        return None
    return _found(Place(postcode=postcode), matches, before, gazetteer)


def _begun_before(
    tokens: Tokens, gazetteer: Gazetteer, postcode: str, span: tuple[int, int]
) -> Place | None:
    """« Breteuil-sur-Noye (60120) »: a town's name that goes on, on its own before the postcode."""
    start, end = span
    if start and tokens.breaks[start] < COMMA:
        return None
    if _starts_like_street(tokens, start):
        return None
    matches = gazetteer.find_towns(tokens.words[start:end], postcode, place="start")
    if not matches or matches[0].how not in _SURE_WAYS or matches[0].start:
        return None
    return _found(Place(postcode=postcode), matches, start, gazetteer)


def _surer_before(
    tokens: Tokens, gazetteer: Gazetteer, after: TownMatch, at: int, start: int, *, is_cedex: bool
) -> Place | None:
    """« Celles (24600), Le Bourg »: the town before a postcode, where a comma is behind it."""
    if after.how == "exact" or tokens.breaks[start] < COMMA:
        return None
    place = _town_before(tokens, gazetteer, tokens.words[at], at, is_cedex=is_cedex)
    is_surer = place is not None and place.match is not None and place.match.score > after.score
    return place if is_surer else None


_SURE_WAYS = ("exact", "district", "former_name", "cedex", "spelling", "part")


def _is_named(match: TownMatch) -> bool:
    return match.how != "postcode" and match.end > match.start


def _without_lone_name(
    tokens: Tokens, matches: tuple[TownMatch, ...], start: int, at: int
) -> tuple[TownMatch, ...]:
    """« 24210 Ajat Le Bourg »: where nothing else is a street, the end of a longer name is it."""
    best = matches[0]
    is_all = not any(tokens.free[:at]) and start + best.end == len(tokens.words)
    if best.how != "part" or not is_all:
        return matches
    name_end = best.start + len(split_words(best.town.name))
    if name_end >= best.end or tokens.breaks[start + name_end] == GLUED:
        return matches
    return tuple(replace(each, end=name_end) for each in matches[:1])


def _as_written(gazetteer: Gazetteer, place: Place, start: int, end: int) -> Place:
    """A town that no table has, under this postcode or elsewhere."""
    place.written = (start, end)
    matches = gazetteer.find_towns((), place.postcode)
    place.others = matches
    if len(matches) == 1:
        place.match, place.others = matches[0], ()
    return place


def _first_segment(
    tokens: Tokens, gazetteer: Gazetteer, postcode: str, at: int, *, is_cedex: bool
) -> Place:
    """The town at the very beginning, away from its postcode; else the postcode alone."""
    place = Place(postcode=postcode)
    end = _town_end(tokens, 0)
    if 0 < end < at:
        matches = gazetteer.find_towns(
            tokens.words[:end], postcode, is_cedex=is_cedex, place="start"
        )
        if (
            matches
            and matches[0].how in ("exact", "district", "former_name")
            and not matches[0].start
        ):
            return _found(place, matches, 0, gazetteer)
    matches = gazetteer.find_towns((), postcode)
    if len(matches) == 1:
        place.match = matches[0]
    else:
        place.others = matches
    return place


def _found(
    place: Place, matches: tuple[TownMatch, ...], offset: int, gazetteer: Gazetteer
) -> Place:
    best = matches[0]
    equal = tuple(each for each in matches if each.score == best.score)
    place.name = (offset + best.start, offset + best.end)
    if len(equal) > 1:
        place.others = equal
        if len({each.town.insee_code for each in equal}) > 1:
            place.written = place.name
            return place
    place.match = best
    if place.postcode and best.town.postcode and best.town.postcode != place.postcode:
        same_department = best.town.postcode[:2] == place.postcode[:2]
        is_plausible = same_department and gazetteer.is_known_postcode(place.postcode)
        place.is_corrected = not is_plausible and best.how != "cedex"
    return place


def _town_end(tokens: Tokens, start: int) -> int:
    """Where the words that may be a town's name end."""
    words, free, breaks = tokens.words, tokens.free, tokens.breaks
    ways, boxes, articles = street_types(), specials(), words_of("articles")
    last = min(len(words), start + _MOST_WORDS)
    for end in range(start, last):
        word = words[end]
        if not free[end] or word.isdigit() or len(word) > _LONGEST_WORD:
            return end
        if word in boxes and find_term(boxes, words, end, len(words)) is not None:
            return end
        if end > start:
            is_way = word in ways and _is_full_way(words, end, len(words))
            if breaks[end] >= COMMA or (is_way and words[end - 1] not in articles):
                return end
    return max(start, last)


def _is_full_way(words: list[str], at: int, count: int) -> bool:
    term = find_term(street_types(), words, at, count)
    is_in_full = term is not None and term.kind == "ways" and not term.is_short
    return is_in_full and term is not None and len(term.words) == 1 and at + 1 < count


def _before(tokens: Tokens, at: int) -> int:
    """Where the words that may be a town's name before a postcode begin."""
    start = at
    while start > 0 and at - start < _MOST_WORDS and tokens.free[start - 1]:
        if start < at and tokens.breaks[start] >= COMMA:
            break
        if tokens.words[start - 1].isdigit() or len(tokens.words[start - 1]) > _LONGEST_WORD:
            break
        start -= 1
    return start


def _belongs_to_street(tokens: Tokens, at: int) -> bool:
    """« rue de Paris 75011 »: the town's name is what the street is called after."""
    if at == 0 or tokens.breaks[at] >= COMMA:
        return False
    before = tokens.words[at - 1]
    words = tokens.words
    return (
        before in words_of("articles")
        or before.isdigit()
        or any(_is_type(words, back, at) for back in (at - 1, at - 2) if back >= 0)
    )


def _is_type(words: list[str], start: int, end: int) -> bool:
    """Whether these words are a street's type, and no noun in its name: « rue des Jardins »."""
    term = find_term(street_types(), words, start, end)
    is_whole = term is not None and len(term.words) == end - start
    return is_whole and (start == 0 or words[start - 1] not in words_of("articles"))


def _starts_like_street(tokens: Tokens, at: int) -> bool:
    term = find_term(street_types(), tokens.words, at, len(tokens.words))
    return term is not None and term.kind == "ways" and at + 1 < len(tokens.words)


def _by_name(tokens: Tokens, gazetteer: Gazetteer, cedex_at: int) -> Place:
    """The town of an address without a postcode: its last words, or its first before a comma."""
    place, count = Place(), len(tokens.words)
    end = cedex_at if cedex_at >= 0 else count
    while end and not tokens.free[end - 1]:
        end -= 1
    if end > 1 and _is_borough(tokens, end - 1):
        end -= 1
    start = _before(tokens, end)
    ranges = [(start, end)]
    first_end = _town_end(tokens, 0)
    if first_end and first_end < end and (tokens.breaks[first_end] >= COMMA):
        ranges.append((0, first_end))
    for low, high in ranges:
        matches = gazetteer.find_towns(
            tokens.words[low:high], None, place="end" if low == start else "anywhere"
        )
        if not matches or not _is_named(matches[0]):
            continue
        found, stop = low + matches[0].start, low + matches[0].end
        whole = found == 0 or tokens.breaks[found] >= COMMA
        if low != start and stop != high:
            continue  # « rue de la Mairie, … » is not in the town of Rue
        if whole or _may_follow_street(tokens, matches[0], found, stop):
            return _found(place, matches, low, gazetteer)
    return _begun_by_name(tokens, gazetteer, start, end) or place


def _begun_by_name(tokens: Tokens, gazetteer: Gazetteer, start: int, end: int) -> Place | None:
    """« , Novillers-les-Cailloux »: a name that goes on, where one town alone is called so."""
    if (
        not 0 < start < end - 1
        or tokens.breaks[start] < COMMA
        or _starts_like_street(tokens, start)
    ):
        return None
    words = tokens.words[start:end]
    matches = gazetteer.find_towns(words, None, place="start")
    if len(matches) != 1 or matches[0].start or matches[0].how != "name_only":
        return None
    stop = start + matches[0].end
    if stop == end or (tokens.words[stop] not in LINKING_WORDS and tokens.between[stop] != "-"):
        return None
    name = tuple(words[: matches[0].end])
    if len("".join(name)) < _SHORTEST_BEGUN or name != split_words(matches[0].town.name):
        return None
    return _found(Place(), (replace(matches[0], end=len(words)),), start, gazetteer)


def _may_follow_street(tokens: Tokens, match: TownMatch, found: int, stop: int) -> bool:
    """Whether a town's name behind a street is no part of the street's: « rue Neuve Fumel »."""
    if _belongs_to_street(tokens, found):
        return False
    words = tuple(tokens.words[found:stop])
    if words[0] in street_types() and _is_type(list(words), 0, len(words)):
        return False  # « 24 Grande Rue » is not in the town of Rue
    # « Hôtel de Ville » is not in Deville: a town that begins like this is written as it is.
    if len(words) > 1 and match.score >= _KNOWN_ONCE and words[0] not in _OF:
        return True
    if words not in (split_words(match.town.name), tuple(match.town.routing_label.split())):
        return False
    before = tokens.words[found - 1]
    if before in first_names() or before in titles() or match.score < _KNOWN_ONCE:
        return False
    return words[0] not in _ORDINARY


def _is_borough(tokens: Tokens, at: int) -> bool:
    """« Paris 16 », « Lyon 3e »: the number goes with the city."""
    word = tokens.words[at]
    return (
        at > 0
        and tokens.words[at - 1] in _CITIES
        and word.rstrip("EMR").isdigit()
        and len(word) <= 5
    )


def _take_borough(tokens: Tokens, place: Place) -> None:
    """The number of a borough after its city, and the word for it."""
    end = place.name[1]
    if not end or end >= len(tokens.words) or tokens.words[end - 1] not in _CITIES:
        return
    word = tokens.words[end].rstrip("IEMR")
    if not word.isdigit() or len(word) > 2 or tokens.breaks[end] >= LINE:
        return
    after = end + 1
    says_so = after < len(tokens.words) and tokens.words[after].startswith("ARR")
    same = not place.postcode or int(place.postcode[-2:]) == int(word)
    is_last = after == len(tokens.words) or tokens.breaks[after] >= COMMA or not tokens.free[after]
    if says_so or (same and is_last) or (not tokens.words[end].isdigit() and same):
        tokens.take(end, after + says_so)
