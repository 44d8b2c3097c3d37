"""Towns whose name is right while the postcode is missing, wrong, or a CEDEX code of nobody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from passerelle.postal.reference.entries import Directory, Entry
from passerelle.postal.reference.matches import SCORES, Find, best_of, rank_of
from passerelle.postal.reference.names import ARTICLES
from passerelle.postal.reference.spelling import nearest_entries
from passerelle.postal.reference.tables import department_of
from passerelle.postal.reference.towns import How, Town, TownMatch
from passerelle.postal.reference.written import Span, Written

_SLIP_OF_A_DIGIT = 1.1  # one digit wrong, or two that changed places: the name is trusted more
_OTHER_DEPARTMENT = 0.6
_BROKEN_OFF = 0.6  # words follow, as if the name went on
_MISSPELT_TOO = 0.8
_FORMER = 0.9  # a name that is no commune's any more
_LONG = 12  # letters of a name that may have two wrong, though nothing else tells of it
_SHORTEST_FAR = 5  # letters of a name that may overrule the postcode's department
_SHORTEST_MISSPELT = 6  # letters: shorter names have neighbours all over a department


def find_elsewhere(
    directory: Directory, written: Written, postcode: str | None, *, is_cedex: bool
) -> tuple[TownMatch, ...]:
    """The name in the postcode's department, else in the country; a misspelt one last."""
    spans = list(written.spans())
    how: How = "name_only" if postcode is None else "cedex" if is_cedex else "other_postcode"
    reading = _Reading(directory, postcode, how)
    if postcode is None:
        return _without_postcode(reading, written, spans)
    here = directory.of_department(department_of(postcode))
    far = [each for each in spans if len(each.key) >= _SHORTEST_FAR]
    return (
        reading.named(here.get, spans, 1.0)
        or reading.misspelt(reading.likely(here), spans)
        or reading.named(directory.of_country, far, _OTHER_DEPARTMENT)
    )


def _without_postcode(
    reading: _Reading, written: Written, spans: Sequence[Span]
) -> tuple[TownMatch, ...]:
    """The name alone; one that may be a part of a longer one is worth less than that one."""
    found = reading.named(reading.of_country, spans, 1.0)
    if not found:
        return reading.misspelt_in_country(spans)
    start, end = found[0].start, found[0].end
    if start == 1 and end == len(written.words) and written.words[0] in ARTICLES:
        return found  # « Les Taillades » is Taillades
    is_broken = written.place == "start" and end < len(written.words)
    if not is_broken and not written.goes_on(start, end):
        return found
    longer = reading.misspelt_in_country(
        span for span in spans if span.end - span.start > end - start
    )
    return longer or tuple(replace(each, score=each.score * _BROKEN_OFF) for each in found)


def find_in_department(
    directory: Directory, written: Written, postcode: str
) -> tuple[TownMatch, ...]:
    """The name, as it is written, in the postcode's department."""
    here = directory.of_department(department_of(postcode))
    reading = _Reading(directory, postcode, "other_postcode")
    return reading.named(here.get, written.spans(), 1.0)


class _Reading:
    """One address looked for in lists of names, whatever their postcodes."""

    def __init__(self, directory: Directory, postcode: str | None, how: How) -> None:
        self._directory = directory
        self._postcode = postcode
        self._how = how

    def of_country(self, key: str) -> Sequence[Entry]:
        """The entries of a key, wherever they are."""
        return self._directory.of_country(key)

    def named(
        self,
        look_up: Callable[[str], Sequence[Entry] | None],
        spans: Iterable[Span],
        worth: float,
    ) -> tuple[TownMatch, ...]:
        """The towns of the longest words that are a name."""
        for span in spans:
            entries = look_up(span.key)
            if entries:
                return self._answers([Find(each, span) for each in entries], worth)
        return ()

    def likely(self, names: Mapping[str, Sequence[Entry]]) -> Iterable[Entry]:
        """The names that may be misspelt: a postcode that exists says which, but for a digit."""
        is_known = bool(self._postcode and self._directory.of_postcode(self._postcode))
        return (
            each
            for entries in names.values()
            for each in entries
            if not is_known or self._is_slip(each.town.postcode)
        )

    def misspelt(self, entries: Iterable[Entry], spans: Iterable[Span]) -> tuple[TownMatch, ...]:
        """The towns whose name is nearest to the words."""
        long = [each for each in spans if len(each.key) >= _SHORTEST_MISSPELT]
        return self._answers(nearest_entries(entries, long), _MISSPELT_TOO)

    def misspelt_in_country(self, spans: Iterable[Span]) -> tuple[TownMatch, ...]:
        """As `misspelt`, with fewer letters wrong: there are names of all kinds in a country."""
        for span in spans:
            edits = 1 if len(span.key) < _LONG else 2
            if len(span.key) >= _SHORTEST_MISSPELT:
                alike = self._directory.alike(span.key, edits)
                near = nearest_entries(alike, [span])
                if near and near[0].edits <= edits:
                    return self._answers(near, _MISSPELT_TOO)
        return ()

    def _answers(self, found: Sequence[Find], worth: float) -> tuple[TownMatch, ...]:
        surest = min((rank_of(each.entry) for each in found), default=0)
        worth *= _FORMER if surest else 1.0
        communes: dict[str, list[Find]] = {}
        for each in found:
            if rank_of(each.entry) == surest:
                communes.setdefault(self._commune_of(each.entry), []).append(each)
        return best_of(self._answer(finds, worth) for finds in communes.values())

    def _commune_of(self, entry: Entry) -> str:
        city = self._directory.city_of(entry.town.insee_code)
        return city.insee_code if city and entry.how == "exact" else entry.town.insee_code

    def _answer(self, finds: Sequence[Find], worth: float) -> TownMatch:
        """A commune with the postcode that was meant, or none where it has several."""
        towns = {each.entry.town.postcode: each.entry.town for each in finds}
        close = [towns[each] for each in towns if self._is_slip(each)]
        if close and self._how == "other_postcode":
            worth = _SLIP_OF_A_DIGIT * max(worth, _MISSPELT_TOO)
        score = SCORES[self._how] * worth * (1 - finds[0].edits / len(finds[0].span.key))
        span = finds[0].span
        return TownMatch(self._one(close or list(towns.values())), span.start, span.end, score,
                         self._how)  # fmt: skip

    def _one(self, towns: Sequence[Town]) -> Town:
        if len(towns) == 1:
            return towns[0]
        first = towns[0]
        city = self._directory.city_of(first.insee_code)
        if city is not None:
            return city
        return Town(first.insee_code, first.name, first.routing_label, "")

    def _is_slip(self, postcode: str) -> bool:
        if self._postcode is None:
            return False
        return bool(OSA.distance(self._postcode, postcode, score_cutoff=1) <= 1)
