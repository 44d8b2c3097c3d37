"""What a quality report counts, beside what counting by hand gives."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from passerelle.identifiers import Parsed, judge_identifier, parse_identifier, propose_email
from passerelle.measure import QualityReport
from passerelle.measure.quality import building, quality_parts
from tests.unit.measure.quality.quality_world import (
    column_of,
    findings_of,
    gains_of,
    report_on,
    write_csv,
)

HEADER = ["Numéro client", "Nom", "Prénom", "Email", "Téléphone mobile", "Adresse", "CP", "Ville"]
LILAS = ["12 rue des Lilas", "69003", "Lyon"]


def customer(
    number: int, *, email: str = "", phone: str = "", home: list[str] = LILAS
) -> list[str]:
    first = "ABCDEFGHIJ"[number % 10] + "lix"
    return [str(number), f"Durand{'abcdefghij'[number % 7]}", first, email, phone, *home]


def random_rows(seed: int) -> list[list[str]]:
    """Rows with every sort of value, few enough of each that they meet."""
    chance = random.Random(seed)
    emails = ["", "a@exemple.fr", "b@gmial.com", "c@@exemple.fr", "test@test.fr", "d@exemple.fr"]
    phones = ["", "0644601201", "0145678901", "06446012", "e@exemple.fr"]
    homes = [LILAS, ["8 rue Pasteur", "1000", "Bourg-en-Bresse"], ["", "75011", "Paris"]]
    return [
        [
            chance.choice(["1", "2", "3", "4", "5", "6", "7", "8", ""]),
            chance.choice(["Durand", "Martin", ""]),
            chance.choice(["Marie", "Paul", ""]),
            chance.choice(emails),
            chance.choice(phones),
            *chance.choice(homes),
        ]
        for _row in range(30)
    ]


def email_of(cell: str) -> str | None:
    reading = parse_identifier("email", cell)
    if not isinstance(reading, Parsed) or not judge_identifier("email", reading.value).may_link:
        return None
    return reading.value


def same_customer(left: list[str], right: list[str]) -> bool:
    """Whether two rows are one customer, asked of the cells one by one."""
    if left[0] and left[0] == right[0]:
        return True
    names = [(row[1].upper(), row[2].upper()) for row in (left, right)]
    if names[0] != names[1] or any(names[0]) != all(names[0]):
        return False
    email = email_of(left[3])
    phones = ("0644601201", "0145678901")
    home = [row[5:7] for row in (left, right)]
    return (
        (email is not None and email == email_of(right[3]))
        or (left[4] in phones and left[4] == right[4])
        or (all(names[0]) and all(home[0]) and len(home[0][1]) == 5 and home[0] == home[1])
    )


def count_customers(rows: list[list[str]]) -> list[set[int]]:
    groups = [{at} for at in range(len(rows))]
    for left, right in combinations(range(len(rows)), 2):
        if same_customer(rows[left], rows[right]):
            one, other = (next(g for g in groups if at in g) for at in (left, right))
            if one is not other:
                groups.remove(other)
                one |= other
    return groups


def is_reached_by_email(row: list[str]) -> bool:
    email = email_of(row[3])
    return email is not None and propose_email(email) is None


@pytest.mark.parametrize("seed", range(8))
def test_customers_and_reach_are_those_counted_pair_by_pair(tmp_path: Path, seed: int) -> None:
    rows = random_rows(seed)
    report = report_on(write_csv(tmp_path / "clients.csv", HEADER, *rows))
    groups = count_customers(rows)
    assert report.customers.customers == len(groups)
    assert report.customers.repeated == sum(len(group) > 1 for group in groups)
    email = next(each for each in report.reach if each.channel == "email")
    now = [any(is_reached_by_email(rows[at]) for at in group) for group in groups]
    assert email.now == sum(now)
    typed = [any(rows[at][3] == "b@gmial.com" for at in group) for group in groups]
    brought = sum(had and not reached for had, reached in zip(typed, now, strict=True))
    assert gains_of(report).get("email_domain", {"email": 0})["email"] == brought
    for each in report.reach:
        assert each.now + each.mendable + each.unusable + each.missing == len(groups)


@pytest.mark.parametrize("seed", range(4))
def test_columns_are_counted_cell_by_cell(tmp_path: Path, seed: int) -> None:
    rows = random_rows(seed)
    report = report_on(write_csv(tmp_path / "clients.csv", HEADER, *rows))
    for place, name in enumerate(HEADER):
        column = column_of(report, name)
        cells = [row[place] for row in rows if row[place]]
        counts = Counter(cells)
        assert (column.rows, column.filled) == (len(rows), len(cells))
        assert column.distinct == len(counts)
        assert column.repeated == sum(count for count in counts.values() if count > 1)
        assert sum(each.cells for each in column.shapes) == len(cells)


def without_examples(report: QualityReport) -> QualityReport:
    """A report without its most frequent values, which are those that a batch has twice."""
    return replace(report, columns=tuple(replace(each, frequent=()) for each in report.columns))


def test_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "clients.csv", HEADER, *random_rows(3))
    whole = report_on(path)
    monkeypatch.setattr(quality_parts, "BATCH_ROWS", 7)
    assert without_examples(report_on(path)) == without_examples(whole)


def test_mistyped_addresses_are_told_with_what_mending_brings(tmp_path: Path) -> None:
    rows = [
        customer(1, email="a@gmial.com"),
        customer(2, email="b,c@exemple,fr"),
        customer(3, email="0644601201"),
        customer(4, phone="d@exemple.fr"),
        customer(5, home=["1 place Carnot", "1000", "Bourg-en-Bresse"]),
        customer(6, home=["1 place Carnot", "", "Bourg-en-Bresse"]),
        customer(7, home=["1 place Carnot", "49300", ""]),
        customer(8, email="e@exemple.fr", phone="06 44 60 12 08"),
    ]
    report = report_on(write_csv(tmp_path / "clients.csv", HEADER, *rows))
    assert gains_of(report) == {
        "email_domain": {"email": 1},
        "email_writing": {"email": 1},
        "email_elsewhere": {"email": 1},
        "phone_elsewhere": {"sms": 1, "call": 1},
        "postcode_zero": {"post": 1},
        "postcode_filled": {"post": 1},
        "city_filled": {"post": 1},
    }
    reach = {each.channel: (each.now, each.mendable) for each in report.reach}
    assert reach == {"email": (1, 3), "sms": (1, 1), "call": (1, 1), "post": (5, 3)}
    changes = [(each.said, each.proposed) for each in column_of(report, "Email").changes]
    assert changes == [("gmial.com", "gmail.com")]


def test_a_phone_of_too_many_customers_reaches_none(tmp_path: Path) -> None:
    rows = [customer(number, phone="0145678901") for number in range(1, 13)]
    report = report_on(write_csv(tmp_path / "clients.csv", HEADER, *rows))
    assert findings_of(report, "Téléphone mobile")["too_frequent"] == 12
    call = next(each for each in report.reach if each.channel == "call")
    assert (call.now, call.unusable) == (0, 12)


def test_odd_names_and_dates_are_told(tmp_path: Path) -> None:
    rows = [
        ["1", "LefÃ¨vre", "ANNE", "01/01/1900"],
        ["2", "Mme Durand", "xxx", "31/02/1980"],
        ["3", "Dur4nd", "Zoé", "12/05/2020"],
        ["4", "test", "Marie", "12/05/1905"],
        ["5", "Petit", "marie", "12/05/1985"],
    ]
    header = ["Numéro client", "Nom", "Prénom", "Date de naissance"]
    report = report_on(write_csv(tmp_path / "clients.csv", header, *rows))
    assert findings_of(report, "Nom") == {
        "placeholder": 1, "digit_in_name": 1, "encoding": 1, "title_in_name": 1,
    }  # fmt: skip
    assert findings_of(report, "Prénom") == {"placeholder": 1, "all_lower": 1, "all_upper": 1}
    assert findings_of(report, "Date de naissance") == {
        "impossible": 1, "default_date": 1, "over_110": 1, "under_15": 1,
    }  # fmt: skip


def test_names_in_the_wrong_columns_are_told(tmp_path: Path) -> None:
    rows = [["1", "Dupont", "Sylvie"], ["2", "Sylvie", "Dupont"], ["3", "Martin", "Bernard"]]
    report = report_on(
        write_csv(tmp_path / "clients.csv", ["Numéro client", "Nom", "Prénom"], *rows)
    )
    assert findings_of(report, "Nom") == {"names_swapped": 1}
    assert gains_of(report) == {"names_swapped": {}}


def test_the_same_key_of_two_files_is_two_customers(tmp_path: Path) -> None:
    header = ["id", "email"]
    left = write_csv(tmp_path / "a.csv", header, ["1", "a@exemple.fr"], ["2", "b@exemple.fr"])
    right = write_csv(tmp_path / "b.csv", header, ["1", "c@exemple.fr"], ["3", "b@exemple.fr"])
    assert report_on(left, right).customers.customers == 3
    assert report_on(left, right, id_column="id").customers.customers == 2


def test_no_personal_value_is_in_the_report(tmp_path: Path) -> None:
    rows = [["1", "Zyblewski", "Quentin", "zyblewski@exemple.fr", "0644601299", *LILAS]] * 12
    report = report_on(write_csv(tmp_path / "clients.csv", HEADER, *rows))
    told = repr(report).lower()
    assert [cell for cell in rows[0][1:6] if cell.lower() in told] == []


def test_memory_is_shared_among_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_VALUES_HELD", 2000)
    rows = [[str(number), f"{number}@exemple.fr"] for number in range(5000)]
    report = report_on(write_csv(tmp_path / "clients.csv", ["Numéro client", "Email"], *rows))
    assert all(each.is_estimate for each in report.columns)
    assert column_of(report, "Email").distinct == pytest.approx(5000, rel=0.15)


def test_three_hundred_columns_and_one_are_looked_at(tmp_path: Path) -> None:
    wide = write_csv(tmp_path / "wide.csv", [f"c{n}" for n in range(300)], ["v"] * 300)
    assert len(report_on(wide).columns) == 300
    narrow = tmp_path / "narrow.csv"
    narrow.write_text("email\na@exemple.fr\nb@exemple.fr\n", encoding="utf-8")
    assert report_on(narrow).customers.customers == 2
