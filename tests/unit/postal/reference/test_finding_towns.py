"""A town is found by what people write, and only when it is likely enough."""

from __future__ import annotations

from functools import cache

import pytest

from passerelle.postal import Gazetteer, TownMatch, load_gazetteer


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def find(line: str, place: str = "start", **more: bool) -> tuple[TownMatch, ...]:
    """The towns of a last line: a postcode, if the line begins with digits, and words."""
    words = line.split()
    postcode = words.pop(0) if words and words[0].isdigit() else None
    return gazetteer().find_towns(words, postcode, place=place, **more)  # type: ignore[arg-type]


def code(matches: tuple[TownMatch, ...]) -> str:
    """The commune that is answered, empty when none or several are."""
    if not matches or (len(matches) > 1 and matches[0].score == matches[1].score):
        return ""
    return matches[0].town.insee_code


@pytest.mark.parametrize(
    ("line", "insee_code", "how"),
    [
        ("76800 ST ETIENNE DU ROUVRAY", "76575", "exact"),
        ("76800 SAINT ETIENNE DU ROUVRAY", "76575", "exact"),
        ("76800 STETIENNE DU ROUVRAY", "76575", "exact"),
        ("71100 CHALON S SAONE", "71076", "exact"),
        ("01400 LABERGEMENT CLEMENCIAT", "01001", "exact"),
        ("01400 ABERGEMENT CLEMENCIAT", "01001", "exact"),
        ("75017 PARIS", "75117", "exact"),
        ("75017 PARIS 17", "75117", "district"),
        ("75017 PARIS XVII", "75117", "district"),
        ("69003 LYON 3EME ARRONDISSEMENT", "69383", "district"),
        ("97400 ST DENIS", "97411", "exact"),
        ("98000 MONACO", "99138", "exact"),
        ("51000 CHALONS SUR MARNE", "51108", "former_name"),
        ("01200 BELLEGARDE SUR VALSERINE", "01033", "former_name"),
        ("38440 MEYRIEU LES ETANG", "38231", "spelling"),
        ("86230 SOSSAY", "86265", "spelling"),
        ("24300 JAVERLHAC CHAPELLE ST ROBERT", "24214", "spelling"),
        ("02400 CHAT THIERRY", "02168", "spelling"),
        ("02700 BARISIS", "02049", "former_name"),
        ("95400 VILL LE BEL", "95680", "part"),
        ("34390 MONS LA TRIVALLE", "34160", "part"),
        ("30120 MANDUEL", "30155", "other_postcode"),
        ("76000 LE HAVRE", "76351", "other_postcode"),
        ("92931 PUTEAUX", "92062", "other_postcode"),
        ("33074 BORDEAUX CEDEX", "33063", "cedex"),
        ("06000 CANNES CEDEX", "06029", "cedex"),
        ("VILLEURBANNE", "69266", "name_only"),
        ("PARIS", "75056", "name_only"),
        ("VILEURBANNE", "69266", "name_only"),
        ("ST MARTIN D ECUBLEY", "61423", "name_only"),
    ],
)
def test_a_town_is_found_as_people_write_it(line: str, insee_code: str, how: str) -> None:
    matches = find(line)
    assert code(matches) == insee_code
    assert matches[0].how == how


@pytest.mark.parametrize(
    "line",
    [
        "ST DENIS",  # a name of several departments
        "62760 THIEVRES",  # two communes, one postcode, one name
        "99999 ZZZZZZ",
        "XQZWK",
        "",
    ],
)
def test_what_is_not_sure_is_not_answered(line: str) -> None:
    assert code(find(line)) == ""


def test_a_postcode_alone_gives_all_its_towns_with_little_score() -> None:
    matches = find("01400")
    assert {match.how for match in matches} == {"postcode"}
    assert {match.town.insee_code for match in matches} >= {"01001", "01093"}
    assert all((match.start, match.end) == (0, 0) and match.score <= 0.5 for match in matches)


def test_a_postcode_of_one_town_names_it() -> None:
    assert code(find("75011 ")) == "75111"


def test_the_name_of_a_neighbour_is_not_read_as_an_error() -> None:
    # 25620 has Ornans' neighbourhood; Onans is a commune of the department one letter away.
    assert code(find("25620 ONANS")) == ""


def test_a_longer_name_is_read_before_the_shorter_one_that_begins_it() -> None:
    match = find("34390 MONS LA TRIVALLE")[0]
    assert (match.start, match.end) == (0, 3)


def test_a_name_is_found_at_the_end_of_an_address() -> None:
    match = find("75020 12 RUE DE BELLEVILLE PARIS", place="end")[0]
    assert (match.town.insee_code, match.start, match.end) == ("75120", 4, 5)


def test_the_town_is_not_taken_from_the_street() -> None:
    match = find("75020 PARIS 12 RUE DE PARIS", place="anywhere")[0]
    assert (match.start, match.end) == (0, 1)


def test_cedex_and_its_number_are_part_of_the_name() -> None:
    match = find("75436 PARIS CEDEX 09")[0]
    assert (match.town.insee_code, match.end) == ("75109", 3)
    assert match.town.is_cedex
    assert match.town.routing_label == "PARIS CEDEX 09"


def test_a_commune_of_several_postcodes_has_none_when_none_was_written() -> None:
    assert find("NICE")[0].town.postcode == ""
    assert find("VILLEURBANNE")[0].town.postcode == "69100"


def test_a_postcode_that_is_one_digit_off_is_mended_by_the_name() -> None:
    match = find("44020 REZE")[0]
    assert (match.town.insee_code, match.town.postcode) == ("44143", "44400")


def test_every_commune_is_found_by_its_own_name_and_postcode() -> None:
    missed = []
    for postcode in ("01400", "14140", "2A001", "20146", "52140", "76560", "97160", "98880"):
        for town in gazetteer().towns_of(postcode):
            for name in (town.name, town.routing_label):
                words = fold_words(name)
                found = gazetteer().find_towns(words, postcode, place="start")
                if town.insee_code not in {match.town.insee_code for match in found}:
                    missed.append((postcode, name))
    assert missed == []


def fold_words(name: str) -> list[str]:
    from passerelle.postal.reference import fold

    return fold(name).split()
