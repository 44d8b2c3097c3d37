"""Life changes: found in what sources say, decided by people, followed, and taken back."""

from __future__ import annotations

from datetime import date

import pytest

from passerelle.collect import count_quarantine
from passerelle.kernel import InvalidInput
from passerelle.store import to_micros
from passerelle.unify import (
    ContactStop,
    find_by_former_name,
    get_change,
    list_decisions,
    list_life_states,
    undo_decision,
)
from tests.unit.town import Town
from tests.unit.unify.life_town import LYON, NICE, RULES, TODAY, LifeTown, death_line

MARIE = {"customer_number": "C1", "first_name": "Marie", "last_name": "Querrec",
         "birth_date": "1961-04-12", "title": "Mme"}  # fmt: skip
MOVERS = "Nom;Prénom;Type;Ancienne adresse;Ancien code postal;Ancienne ville;Nouvelle adresse;Nouveau code postal;Nouvelle ville;Date;Fin de licence"
RETURNS = "N° client;Motif;Date de retour"


@pytest.fixture
def life(town: Town) -> LifeTown:
    """Nobody yet, once on each database."""
    return LifeTown(town)


@pytest.fixture
def small(small_town: Town) -> LifeTown:
    """Nobody yet, on SQLite: for what no database can change."""
    return LifeTown(small_town)


def tell_marie(life: LifeTown, *said: dict[str, str]) -> None:
    """Records of Marie, one a source, in the order of what they add."""
    for place, each in enumerate(said):
        source = ("crm", "webshop", "loyalty")[place]
        life.town.hear(source, source, [{"record_key": str(place), **MARIE, **each}])
    life.town.resolve()


def moved(**said: str) -> dict[str, str]:
    return {**NICE, "updated_at": "2025-06-01", **said}


def stayed(**said: str) -> dict[str, str]:
    return {**LYON, "updated_at": "2023-02-01", **said}


def test_a_later_record_at_another_address_proposes_a_move(life: LifeTown) -> None:
    tell_marie(life, stayed(), moved())

    summary = life.detect()
    move = life.change("move")

    assert dict(summary.found) == {"move": 1}
    assert (move.status, move.happened_on) == ("proposed", "2025-06-01")
    assert (move.details["from"]["city"], move.details["to"]["city"]) == ("Lyon", "Nice")
    assert 0.7 < move.probability < 0.95
    assert move.evidence["old"] == {"source": "crm", "key": "0", "on": "2023-02-01"}
    assert move.evidence["reasons"]["order"] == 0.95


def test_two_versions_of_one_record_tell_a_move(life: LifeTown) -> None:
    life.town.hear("crm", "crm", [{"record_key": "1", **MARIE, **LYON}])
    life.town.hear("crm", "crm", [{"record_key": "1", **MARIE, **NICE}])
    life.town.resolve()
    life.detect()

    move = life.change("move")

    assert move.details["to"]["city"] == "Nice"
    assert move.evidence["reasons"]["same_record"] == 4.0
    assert move.probability > 0.9


@pytest.mark.parametrize(
    "line", ["12 r. Paul Bert", "12, rue Paul Bret", "Résidence les Lilas 12 rue Paul Bert"]
)
def test_another_spelling_of_an_address_is_no_move(small: LifeTown, line: str) -> None:
    tell_marie(small, stayed(), moved(**{**LYON, "address_1": line}))
    small.detect()

    assert small.changes() == []


def test_a_second_home_said_in_turns_is_hardly_a_move(small: LifeTown) -> None:
    town = small.town
    for key, place, day in (("1", LYON, "2023-01-01"), ("2", NICE, "2023-07-01"),
                            ("3", LYON, "2024-01-01"), ("4", NICE, "2024-07-01")):  # fmt: skip
        town.hear("crm", "crm", [{"record_key": key, **MARIE, **place, "updated_at": day}])
    town.resolve()
    small.detect()

    assert small.changes("move") == []


def test_a_change_of_name_is_proposed_and_both_names_find_the_profile(life: LifeTown) -> None:
    tell_marie(life, stayed(), moved(**LYON, last_name="Martin"))
    life.detect()

    change = life.change("name_change")

    assert (change.details["from"], change.details["to"]) == ("Querrec", "Martin")
    assert change.status == "proposed"
    store = life.town.warehouse.store
    assert find_by_former_name(store, "Marie Querrec") == [life.town.who("C1")]
    life.decide(change, "confirmed")
    assert life.golden("C1")["former_name"].value == "Querrec"
    life.decide(change, "refused")
    assert find_by_former_name(store, "Querrec") == []


def test_a_birth_name_that_a_record_gives_makes_a_change_of_name_certain(small: LifeTown) -> None:
    tell_marie(small, stayed(), moved(**LYON, last_name="Martin", birth_name="Querrec"))
    small.detect()

    assert small.change("name_change").status == "certain"
    assert small.state("C1").former_names == ("Querrec",)


def test_a_slip_in_a_name_is_no_change_of_name(small: LifeTown) -> None:
    tell_marie(small, stayed(), moved(**LYON, last_name="Quérec"))
    small.detect()

    assert small.changes("name_change") == []


def test_a_confirmed_move_is_followed_and_undoing_gives_back_what_was(life: LifeTown) -> None:
    tell_marie(life, moved(), {**LYON})  # the undated record is taken for the present one
    life.tell("movers", [
        MOVERS, "Querrec;Marie;individuel;12 rue Paul Bert;69003;Lyon;40 rue de Siam;29200;Brest;"
        "01/02/2026;31/12/2026",
    ])  # fmt: skip
    before, was = life.golden("C1"), life.state("C1").addresses
    life.detect()
    move = next(each for each in life.changes("move") if each.source == "laposte")

    assert move.status == "certain"
    assert life.city("C1") == "Brest"
    assert life.golden("C1")["city"].rule == "move"
    assert life.state("C1").addresses[0].valid_from == "2026-02-01"
    life.decide(move, "refused")
    assert life.golden("C1") == before
    assert life.state("C1").addresses[0] == was[0]
    life.undo(move)
    assert life.city("C1") == "Brest"
    kept = list_decisions(life.town.warehouse.store, move.change_id)
    assert [(each["verdict"], each["undone_at"] is None) for each in kept] == [("refused", False)]


def test_a_move_is_followed_from_its_day_until_its_licence_ends(small: LifeTown) -> None:
    tell_marie(small, stayed())
    small.tell("movers", [
        MOVERS, "QUERREC;MARIE;;12 RUE PAUL BERT;69003;LYON;40 rue de Siam;29200;Brest;"
        "01/04/2026;30/06/2026",
    ])  # fmt: skip
    small.detect()

    assert small.city("C1", date(2026, 3, 31)) == "Lyon"
    assert small.city("C1", date(2026, 4, 1)) == "Brest"
    assert small.city("C1", date(2026, 7, 1)) == "Lyon"


def test_a_family_moves_together_and_an_individual_alone(small: LifeTown) -> None:
    people = [{**MARIE, **LYON, "record_key": "1"},
              {**LYON, "record_key": "2", "customer_number": "C2", "first_name": "Paul",
               "last_name": "Querrec", "birth_date": "1960-01-02"}]  # fmt: skip
    small.town.hear("crm", "crm", people)
    small.town.resolve()
    row = "Querrec;Marie;{};12 rue Paul Bert;69003;Lyon;40 rue de Siam;29200;Brest;01/02/2026;"

    small.tell("movers", [MOVERS, row.format("individuel")])
    small.detect()
    assert (small.city("C1"), small.city("C2")) == ("Brest", "Lyon")

    small.tell("movers", [MOVERS, row.format("famille")])
    small.detect()
    assert (small.city("C1"), small.city("C2")) == ("Brest", "Brest")


def test_a_death_that_is_exact_and_has_no_namesake_stops_letters(life: LifeTown) -> None:
    strangers = [f"Durand{'abcdefghij'[n % 10]}{'klmnop'[n % 6]}" for n in range(400)]
    life.town.hear("crm", "crm", [
        {"record_key": f"s{n}", "first_name": f"Zoe{'abcdefgh'[n % 8]}", "last_name": name,
         "birth_date": f"{1940 + n % 60}-03-{1 + n % 28:02d}"}
        for n, name in enumerate(strangers)
    ])  # fmt: skip
    tell_marie(life, stayed())
    life.tell("deaths", [
        death_line("QUERREC*MARIE YSALINE/", "2", "19610412", "20260110"),
        death_line("QUERREC*MARIE/", "2", "19610712", "20260110"),
    ])  # fmt: skip
    life.detect()

    death = life.changes("death")[0]
    assert death.happened_on == "2026-01-10"
    life.decide(death, "confirmed")

    state = life.state("C1")
    assert (state.is_deceased, state.died_on) == (True, "2026-01-10")
    assert (state.is_deliverable, state.why_not, state.is_post_suspended) == (
        False, "deceased", True,
    )  # fmt: skip
    assert life.golden("C1")["deceased_on"].value == "2026-01-10"
    life.undo(death)
    life.decide(death, "refused")
    assert not life.state("C1").is_deceased


def test_namesakes_are_never_dead_without_a_person_s_word(small: LifeTown) -> None:
    common = {"first_name": "Michel", "last_name": "Martin", "birth_date": "1948-05-01"}
    small.town.hear("crm", "crm", [
        {"record_key": str(n), "customer_number": f"C{n}", **common,
         "email": f"m{n}@exemple.fr"} for n in range(2)
    ])  # fmt: skip
    small.town.resolve()
    small.tell("deaths", [death_line("MARTIN*MICHEL/", "1", "19480501", "20260110")])
    small.detect()

    assert all(each.status == "proposed" for each in small.changes("death"))
    assert not small.state("C0").is_deceased


def test_a_letter_to_nobody_stops_letters_to_that_address_of_that_person(life: LifeTown) -> None:
    tell_marie(life, stayed())
    neighbour = {**LYON, "record_key": "9", "customer_number": "C9", "first_name": "Paul",
                 "last_name": "Querrec", "birth_date": "1958-01-02"}  # fmt: skip
    life.town.hear("crm", "crm", [neighbour])
    life.town.resolve()
    life.tell("returned-mail", [RETURNS, "C1;Destinataire inconnu à l'adresse;15/02/2026"])
    life.detect()

    state = life.state("C1")

    assert (state.is_deliverable, state.why_not, state.returns) == (False, "mail_came_back", 1)
    assert state.addresses[0].status == "undeliverable"
    assert not state.is_post_suspended
    assert life.state("C9").is_deliverable
    life.decide(life.change("returned_mail"), "refused")
    assert life.state("C1").is_deliverable


def test_two_letters_that_came_back_suspend_post_and_one_may_pass(small: LifeTown) -> None:
    tell_marie(small, stayed())
    small.tell("returned-mail", [RETURNS, "C1;Pli avisé et non réclamé;15/02/2026"])
    small.detect()
    once = small.state("C1")
    small.tell("returned-mail", [RETURNS, "C1;défaut d’accès ou d’adressage;20/02/2026"])
    small.detect()
    twice = small.state("C1")

    assert (once.is_deliverable, once.addresses[0].status) == (True, "returned")
    assert (twice.is_deliverable, twice.is_post_suspended) == (False, True)


def test_one_return_from_an_address_without_a_town_suspends_post(small: LifeTown) -> None:
    tell_marie(small, {"address_1": "12 rue Paul Bert", "postcode": "69003"})
    small.tell("returned-mail", [RETURNS, "C1;Pli avisé et non réclamé;15/02/2026"])
    small.detect()

    assert small.state("C1").is_post_suspended


def test_mail_that_came_back_makes_another_address_the_likelier_one(small: LifeTown) -> None:
    tell_marie(small, {**LYON}, {**NICE})  # neither says since when
    small.detect()
    assert small.changes("move") == []

    small.tell("returned-mail", [
        "Nom;Prénom;Adresse;CP;Ville;Motif;Date",
        "Querrec;Marie;12 rue Paul Bert;69003;Lyon;inconnu;15/02/2026",
    ])  # fmt: skip
    small.detect()

    move = small.change("move")
    assert (move.details["from"]["city"], move.details["to"]["city"]) == ("Lyon", "Nice")
    assert move.evidence["reasons"]["mail_returned"] == 4.0


def test_each_return_lowers_the_level_of_the_address(small: LifeTown) -> None:
    tell_marie(small, stayed())
    assert small.state("C1").addresses[0].level is None
    levels = []
    for day in ("15/02/2026", "20/02/2026"):
        small.tell("returned-mail", [RETURNS, f"C1;Pli avisé et non réclamé;{day}"])
        small.detect()
        levels.append(small.state("C1").addresses[0].level)

    assert levels == ["V0", "V0"]  # of V1, which is as far as the packaged tables go


@pytest.mark.parametrize(
    ("address", "is_suspended"),
    [
        ({"address_1": "12 rue Paul Bert", "postcode": "69003", "city": "Lyon"}, False),
        ({"address_1": "12 rue Paul Bert", "postcode": "69003", "city": "Xyzt"}, False),
        ({"address_1": "12 rue Paul Bert", "postcode": "00999", "city": "Xyzt"}, True),
        ({"address_1": "Rue Haute 3", "postcode": "1000", "city": "Bruxelles", "country": "BE"},
         False),
    ],
)  # fmt: skip
def test_one_return_suspends_post_where_no_table_has_the_town(
    small: LifeTown, address: dict[str, str], is_suspended: bool
) -> None:
    tell_marie(small, address)
    small.tell("returned-mail", [RETURNS, "C1;Pli avisé et non réclamé;15/02/2026"])
    small.detect()

    assert small.state("C1").is_post_suspended == is_suspended


def test_another_address_is_looked_for_among_the_sources_when_mail_came_back(
    small: LifeTown,
) -> None:
    nowhere = {"address_1": "40 rue de Siam", "postcode": "00999", "city": "Xyzt"}
    old = {**NICE, "updated_at": "2021-01-01"}
    tell_marie(small, stayed(), old, {**nowhere, "updated_at": "2022-01-01"})
    small.detect()
    assert small.state("C1").better_address is None

    small.tell("returned-mail", [RETURNS, "C1;Destinataire inconnu à l'adresse;15/02/2026"])
    small.detect()

    better = small.state("C1").better_address
    assert better is not None
    assert (better.address["city"], better.source) == ("Nice", "webshop")


def test_mail_that_is_forwarded_for_a_while_is_no_move(small: LifeTown) -> None:
    tell_marie(small, stayed())
    small.tell("movers", [
        "Nom;Prénom;Ancienne adresse;Ancien CP;Nouvelle adresse;Nouveau CP;Nouvelle ville;Date;"
        "Date de fin",
        "Querrec;Marie;12 rue Paul Bert;69003;3 avenue Jean Médecin;06000;Nice;01/07/2026;"
        "31/08/2026",
    ])  # fmt: skip
    small.detect()

    assert [small.city("C1", date(2026, month, 15)) for month in (6, 8, 9)] == [
        "Lyon", "Nice", "Lyon",
    ]  # fmt: skip
    summer = small.state("C1", date(2026, 8, 15)).addresses
    assert [(each.address["address_1"], each.status, each.valid_to) for each in summer] == [
        ("3 avenue Jean Médecin", "temporary", "2026-08-31"),
        ("12 rue Paul Bert", "active", None),
    ]


def test_a_gate_reads_the_stops_of_the_whole_base(small: LifeTown) -> None:
    people = [
        {**MARIE, **LYON, "record_key": "1"},
        {**MARIE, **NICE, "record_key": "2", "customer_number": "C2", "last_name": "Le Goff"},
    ]
    small.town.hear("crm", "crm", people)
    small.town.resolve()
    small.tell("returned-mail", [RETURNS, "C1;Destinataire inconnu à l'adresse;15/02/2026"])
    small.detect()
    warehouse = small.town.warehouse

    states = list(list_life_states(warehouse.store, small.town.engine, RULES, on=TODAY))

    (state,) = states
    assert state == small.state("C1")
    letter = small.change("returned_mail").change_id
    assert state.stops == (ContactStop(is_all=False, reason="mail_came_back", change_id=letter),)
    assert small.state("C2").stops == ()


def test_detecting_again_changes_nothing_and_keeps_decisions(life: LifeTown) -> None:
    tell_marie(life, stayed(), moved())
    life.detect()
    first = life.change("move")
    life.decide(first, "confirmed")

    again = life.detect()

    assert (again.new, again.gone) == (0, 0)
    second = life.change("move")
    assert (second.change_id, second.status) == (first.change_id, "confirmed")
    assert second.learned_at == first.learned_at


def test_what_was_known_at_an_instant_is_told(life: LifeTown) -> None:
    tell_marie(life, stayed(), moved())
    life.detect()
    move = life.change("move")
    at = to_micros(move.learned_at)
    life.decide(move, "confirmed")

    assert life.changes("move", known_at=at - 1) == []
    assert life.changes("move", known_at=at)[0].status == "proposed"
    assert life.change("move").status == "confirmed"


def test_a_change_follows_its_records_when_profiles_part_and_merge(life: LifeTown) -> None:
    tell_marie(life, stayed(), moved())
    life.detect()
    move = life.change("move")
    store = life.town.warehouse.store
    from passerelle.identify import reunite, separate

    pair = [(life.town.identifier("crm:0"), life.town.identifier("webshop:1"))]
    separate(life.town.decider, pair, reason="two sisters")
    assert life.changes("move") == []
    with pytest.raises(InvalidInput):
        get_change(store, move.change_id)

    reunite(life.town.decider, pair)
    assert get_change(store, move.change_id) == move


def test_without_a_decision_there_is_nothing_to_undo(small: LifeTown) -> None:
    tell_marie(small, stayed(), moved())
    small.detect()

    with pytest.raises(InvalidInput, match="Nothing was decided"):
        small.undo(small.change("move"))
    with pytest.raises(InvalidInput, match="no life change"):
        undo_decision(small.town.warehouse.store, small.town.warehouse.clock, 7)


def test_a_child_in_the_household_is_proposed_to_its_parents(small: LifeTown) -> None:
    child = {**LYON, "record_key": "9", "customer_number": "C9", "first_name": "Zoé",
             "last_name": "Querrec", "birth_date": "2015-05-05"}  # fmt: skip
    tell_marie(small, {**stayed(), "birth_date": "1985-04-12"})
    small.town.hear("crm", "crm", [child])
    small.town.resolve()
    small.detect()

    found = small.change("child")

    assert found.profile_id == small.town.who("C1")
    assert found.details == {"born_on": "2015-05-05"}


def test_wrong_rows_wait_in_quarantine_and_the_rest_goes_on(life: LifeTown) -> None:
    report = life.tell("deaths", [
        death_line("QUERREC*MARIE/", "2", "19610412", "20260110"),
        death_line("", "2", "19610412", "20260110"),
        death_line("ROUX*ANA/", "9", "19610412", "20260110"),
        death_line("ROUX*ANA/", "2", "00000000", "20260110"),
        death_line("ROUX*ANA/", "2", "19610400", "2026"),
    ])  # fmt: skip

    assert (report.counts.new, sum(report.counts.rejected.values())) == (1, 4)
    reasons = {reason for _source, _kind, reason in count_quarantine(life.town.warehouse.store)}
    assert reasons == {"no_name", "no_sex", "no_birth_date", "no_date"}


def test_what_another_file_said_already_is_not_kept_twice(life: LifeTown) -> None:
    one = death_line("QUERREC*MARIE/", "2", "19610412", "20260110")
    other = death_line("ROUX*ANA/", "2", "19500101", "20260110")

    month = life.tell("deaths", [one], "insee")
    again = life.tell("deaths", [one], "insee")
    year = life.tell("deaths", [one, other], "insee")

    assert month.counts.new == 1
    assert again.was_known
    assert (year.counts.new, year.counts.unchanged) == (1, 1)
    assert life.town.warehouse.lake.row_count("notices") == 2


def test_a_file_that_lacks_columns_is_refused_with_what_to_add(small: LifeTown) -> None:
    with pytest.raises(InvalidInput) as refused:
        small.tell("movers", ["Nom;Date", "Querrec;01/02/2026"])

    assert "ancienne adresse" in str(refused.value.hint)


def test_nothing_known_is_no_change(life: LifeTown) -> None:
    summary = life.detect()

    assert (dict(summary.found), summary.new, summary.gone) == ({}, 0, 0)
