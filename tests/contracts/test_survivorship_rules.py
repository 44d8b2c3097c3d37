"""What every survivorship rule promises, held for each file of its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random

import polars as pl
import pytest

from passerelle.engine import Engine, open_engine
from passerelle.unify import (
    DEFAULT_RULES,
    SCORES,
    Survivorship,
    build_golden_records,
    list_survivorship_rules,
)
from tests.contracts.samples import docstring

RULES = list_survivorship_rules()
TRUST = {"crm": 0.9, "till": 0.4, "kiosk": 0.4}
every_rule = pytest.mark.parametrize("name", RULES)


@dataclass(frozen=True)
class Record:
    """One record of a profile, and what it says of a first name and an e-mail address."""

    profile_id: int
    source: str
    record_key: str
    observed_at: int
    first_name: str | None
    email: str | None
    email_2: str | None

    def says(self, attribute: str) -> set[str]:
        texts = {"first_name": [self.first_name], "email": [self.email, self.email_2]}[attribute]
        return {text for text in texts if text is not None}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    spill = str(tmp_path_factory.mktemp("spill"))
    return open_engine("", memory_limit="256MB", threads=1, spill=spill)


def random_records(random: Random) -> list[Record]:
    """Few values, dates and sources, so that every tie happens."""
    first_names = ("Marie", "MARIE", "M.", "Marie-Ève", "Zoé", "zoé", None)
    emails = ("a@exemple.fr", "b@exemple.fr", "longer@exemple.fr", None)
    return [
        Record(
            profile_id=random.randrange(12),
            source=random.choice(("crm", "till", "kiosk", "stall")),
            record_key=f"k{number}",
            observed_at=random.randrange(4),
            first_name=random.choice(first_names),
            email=random.choice(emails),
            email_2=random.choice(emails),
        )
        for number in range(60)
    ]


def survivors(engine: Engine, records: Sequence[Record], rule: str) -> list[dict[str, object]]:
    frame = pl.DataFrame(
        [
            {
                **{key: value for key, value in asdict(each).items() if key in _COLUMNS},
                "source_kind": "unlisted",
                "normalized": json.dumps(
                    {key: value for key, value in asdict(each).items() if key not in _COLUMNS}
                ),
            }
            for each in records
        ]
    )
    rules = Survivorship({**DEFAULT_RULES, **dict.fromkeys(("first_name", "email"), rule)}, TRUST)
    return build_golden_records(engine, frame, rules).to_dicts()


_COLUMNS = ("profile_id", "source", "record_key", "observed_at")


def chosen_by_hand(records: Sequence[Record], rule: str) -> list[dict[str, object]]:
    """The same choice, one candidate after the other."""
    told = []
    for profile_id in sorted({each.profile_id for each in records}):
        for attribute in ("email", "first_name"):
            mine = [each for each in records if each.profile_id == profile_id]
            claims = [(value, each) for each in mine for value in each.says(attribute)]
            if claims:
                told.append(_best(claims, attribute, rule))
    return told


def _best(claims: list[tuple[str, Record]], attribute: str, rule: str) -> dict[str, object]:
    votes = [value for value, _ in claims]

    def place(claim: tuple[str, Record]) -> tuple[object, ...]:
        value, record = claim
        scores = {
            "trust": TRUST.get(record.source, 0.2),
            "recency": record.observed_at,
            "votes": votes.count(value),
            "length": len(value),
        }
        compared = (-scores[score] for score in RULES[rule].order)
        return (*compared, value, record.source, record.record_key)

    value, record = min(claims, key=place)
    return {
        "profile_id": record.profile_id,
        "attribute": attribute,
        "value": value,
        "source": record.source,
        "record_key": record.record_key,
        "observed_at": record.observed_at,
        "rule": rule,
        "candidates": len(set(votes)),
    }


@every_rule
def test_it_says_which_value_wins(name: str) -> None:
    assert RULES[name].label
    assert docstring("passerelle.unify.survivorship", "survivorship_rules", name)


@every_rule
def test_it_compares_by_known_scores_each_once_and_in_the_end_by_all(name: str) -> None:
    rule = RULES[name]

    assert rule.prefers
    assert set(rule.prefers) <= set(SCORES)
    assert sorted(rule.order) == sorted(SCORES)
    assert rule.order[: len(rule.prefers)] == rule.prefers


@every_rule
@pytest.mark.parametrize("seed", range(8))
def test_its_choice_is_the_one_made_by_hand(engine: Engine, name: str, seed: int) -> None:
    records = random_records(Random(seed))

    assert survivors(engine, records, name) == chosen_by_hand(records, name)


@every_rule
@pytest.mark.parametrize("seed", range(4))
def test_its_choice_does_not_depend_on_the_order_of_records(
    engine: Engine, name: str, seed: int
) -> None:
    records = random_records(Random(seed))
    shuffled = Random(seed + 100).sample(records, len(records))

    assert survivors(engine, shuffled, name) == survivors(engine, records, name)


@every_rule
def test_a_value_that_is_alone_survives(engine: Engine, name: str) -> None:
    only = Record(1, "till", "k1", 0, "M.", None, None)

    (golden,) = survivors(engine, [only], name)

    assert (golden["value"], golden["source"], golden["candidates"]) == ("M.", "till", 1)


def test_no_two_rules_choose_alike() -> None:
    orders = [rule.order for rule in RULES.values()]
    assert len(set(orders)) == len(orders)
