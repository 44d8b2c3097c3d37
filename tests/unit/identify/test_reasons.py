"""Every conclusion explains itself: the chain that joins two, or what did not join them."""

from __future__ import annotations

from passerelle.identify import (
    EVIDENCE_KINDS,
    REFUSAL_REASONS,
    Chain,
    explain,
    separate,
    unmerge,
)
from passerelle.identify.graph_arrays import Reason
from tests.unit.town import Town

FAMILY = "famille.durand@exemple.fr"
COOKIE = "5f0c6a1e-0000-4000-8000-000000000001"


def why(town: Town, one: str, other: str) -> Chain:
    return explain(town.warehouse.store, town.identifier(one), town.identifier(other))


def values(town: Town, chain: Chain) -> list[set[str]]:
    """The two ends of each edge, in words."""
    shown = {
        row["identifier_id"]: row["value"]
        for row in town.warehouse.store.rows("select identifier_id, value from identifiers")
    }
    edges = chain.edges if chain.is_same else chain.objections
    return [{shown[each.left_id], shown[each.right_id]} for each in edges]


def person(key: str, name: str, **more: str) -> dict[str, str]:
    return {"record_key": key, "first_name": name, "last_name": "Durand", **more}


def family(town: Town) -> None:
    """Marie twice, once as M., and Paul, all with one mailbox and nothing else in common."""
    town.hear("crm", "crm", [person("1", "Marie", email=FAMILY), person("2", "Paul", email=FAMILY)])
    town.hear("shop", "webshop", [person("9", "Marie", email=FAMILY)])


def test_every_refusal_is_a_sentence() -> None:
    codes = {reason.name.lower() for reason in Reason} - {"followed"}

    assert codes | {"not_heard_yet"} == set(REFUSAL_REASONS)
    assert all(text.endswith(".") for text in REFUSAL_REASONS.values())
    assert len({kind.label for kind in EVIDENCE_KINDS.values()}) == len(EVIDENCE_KINDS)


def test_a_chain_is_the_shortest_way_from_one_to_the_other(town: Town) -> None:
    town.hear("crm", "crm", [person("1", "Marie", email="a@exemple.fr", loyalty_card="29012345")])
    town.hear("shop", "webshop", [person("9", "Marie", email="a@exemple.fr", login="m.d")])
    town.hear("till", "till", [person("5", "Marie", loyalty_card="29012345", login="m.d")])
    town.resolve()

    chain = why(town, "crm:1", "m.d")

    assert chain.is_same
    assert len(chain.edges) == 3
    assert "crm:1" in values(town, chain)[0]
    assert "default:m.d" in values(town, chain)[-1]
    met = [len(a & b) for a, b in zip(values(town, chain), values(town, chain)[1:], strict=False)]
    assert met == [1, 1]


def test_two_records_of_one_name_meet_through_the_family_s_mailbox(town: Town) -> None:
    family(town)
    town.resolve()

    chain = why(town, "crm:1", "shop:9")

    assert chain.is_same
    assert values(town, chain) == [{"crm:1", FAMILY}, {FAMILY, "shop:9"}]


def test_a_chain_never_passes_a_family_s_mailbox_from_one_name_to_another(town: Town) -> None:
    # Marie and Paul's records are joined by their customer number, which asks for no name. They
    # share the mailbox too, but that is not why.
    town.hear("crm", "crm", [
        person("1", "Marie", email=FAMILY, customer_number="C1"),
        person("2", "Paul", email=FAMILY, customer_number="C1"),
        person("3", "Luc", email=FAMILY),
    ])  # fmt: skip
    town.resolve()

    chain = why(town, "crm:1", "crm:2")

    assert chain.is_same
    assert values(town, chain) == [{"crm:1", "default:C1"}, {"default:C1", "crm:2"}]


def test_people_of_a_family_are_two_and_the_mailbox_is_why_it_was_looked_at(town: Town) -> None:
    family(town)
    town.resolve()

    chain = why(town, "crm:1", "crm:2")

    assert not chain.is_same
    assert {frozenset(each) for each in values(town, chain)} >= {
        frozenset({"crm:1", FAMILY}),
        frozenset({FAMILY, "crm:2"}),
    }
    assert {each.refusal for each in chain.objections} == {"shared_mailbox"}


def test_the_mailbox_of_a_family_is_nobody_s_and_says_so(town: Town) -> None:
    family(town)
    town.resolve()

    chain = why(town, FAMILY, "crm:2")

    assert not chain.is_same
    assert values(town, chain) == [{FAMILY, "crm:2"}]
    assert [each.refusal for each in chain.objections] == ["shared_mailbox"]


def test_what_a_person_keeps_apart_is_told_with_the_reason_and_the_date(town: Town) -> None:
    told = [person("1", "Marie", email=FAMILY), person("2", "Marie", email=FAMILY)]
    town.hear("crm", "crm", told)
    town.resolve()
    ids = town.identifier("crm:1"), town.identifier("crm:2")

    separate(town.decider, [ids], reason="mother and daughter")

    chain = why(town, "crm:1", "crm:2")
    assert not chain.is_same
    (decision,) = chain.decisions
    assert {decision.left_id, decision.right_id} == set(ids)
    assert decision.reason == "mother and daughter"
    assert "kept_apart" in {each.refusal for each in chain.objections}


def test_a_decision_about_people_with_nothing_in_common_is_told_too(small_town: Town) -> None:
    town = small_town
    town.hear("crm", "crm", [person("1", "Marie", email="a@exemple.fr"), person("2", "Luc")])
    town.resolve()

    separate(town.decider, [(town.identifier("crm:1"), town.identifier("crm:2"))], reason="sure")

    chain = why(town, "a@exemple.fr", "crm:2")
    assert (chain.is_same, chain.objections) == (False, ())
    assert [each.reason for each in chain.decisions] == ["sure"]


def test_withdrawn_evidence_is_told_with_its_reason(town: Town) -> None:
    told = [person("1", "Marie", email=FAMILY), person("2", "Marie", email=FAMILY)]
    town.hear("crm", "crm", told)
    town.resolve()
    edge = why(town, FAMILY, "crm:2").edges[0]

    unmerge(town.decider, edge.edge_id, reason="typed for another")

    chain = why(town, "crm:1", "crm:2")
    assert not chain.is_same
    assert [each.withdrawn_reason for each in chain.objections] == ["typed for another"]


def test_a_browser_s_word_between_two_people_is_told_as_not_enough(town: Town) -> None:
    town.hear("crm", "crm", [person("1", "Marie", email="a@exemple.fr"),
                             person("2", "Luc", email="b@exemple.fr")])  # fmt: skip
    clicks = [
        {"type": "track", "event": "Email Link Clicked", "anonymousId": COOKIE, "messageId": email,
         "timestamp": "2026-02-27T10:00:00Z", "properties": {"email": email}}
        for email in ("a@exemple.fr", "b@exemple.fr")
    ]  # fmt: skip
    town.happen(clicks)
    town.resolve()

    chain = why(town, "crm:1", "crm:2")

    assert not chain.is_same
    assert {each.refusal for each in chain.objections} == {"device_of_two_people"}


def test_evidence_that_came_after_the_profiles_is_told_as_not_heard_yet(small_town: Town) -> None:
    town = small_town
    town.hear("crm", "crm", [person("1", "Marie", email="a@exemple.fr"),
                             person("2", "Marie", email="b@exemple.fr")])  # fmt: skip
    town.resolve()

    town.hear("crm", "crm", [person("1", "Marie", email="b@exemple.fr")])

    chain = why(town, "crm:1", "crm:2")
    assert not chain.is_same
    assert [each.refusal for each in chain.objections] == ["not_heard_yet"]
    town.resolve()
    assert why(town, "crm:1", "crm:2").is_same


def test_an_identifier_explains_itself_by_nothing(small_town: Town) -> None:
    small_town.hear("crm", "crm", [person("1", "Marie", email="a@exemple.fr")])
    small_town.resolve()

    assert why(small_town, "crm:1", "crm:1") == Chain(True, (), (), ())
