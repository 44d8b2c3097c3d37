"""Linking without labels, on a simulated retailer whose truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pytest

from passerelle.kernel import InvalidInput
from passerelle.linkage import (
    Linkage,
    LinkageSpec,
    clusters_table,
    explain_pair,
    link,
    links_table,
    model_from_json,
    model_to_json,
)
from passerelle.simulate import RetailerSpec, simulate_retailer

FILES = {
    "crm": ("crm_customers.csv", "N° client", ";", "cp1252"),
    "loyalty": ("loyalty_members.csv", "card_number", ",", "utf8"),
    "webshop": ("webshop_customers.csv", "Customer ID", ",", "utf8"),
}


@pytest.fixture(scope="module")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[pa.Table], pl.DataFrame]:
    """Three files without their ids, and for each record its person and household."""
    folder = tmp_path_factory.mktemp("retailer")
    simulate_retailer(RetailerSpec(customers=4_000, seed=11), folder)
    people = pl.read_parquet(folder / "truth/people.parquet").select("person_id", "household_id")
    known = pl.read_parquet(folder / "truth/records.parquet").join(people, on="person_id")
    tables, truths = [], []
    for source, (name, key, separator, encoding) in FILES.items():
        text = Path(folder, name).read_bytes().decode(encoding, "replace").lstrip("\ufeff")
        table = pl.read_csv(
            text.encode(), separator=separator, infer_schema=False, truncate_ragged_lines=True
        )
        told = known.filter(pl.col("source") == source).unique("record_key")
        joined = table.with_columns(
            pl.col(key).str.strip_chars().str.strip_chars_start("'").alias("record_key")
        ).join(told, on="record_key")
        tables.append(joined.select(each for each in table.columns if each != key).to_arrow())
        truths.append(joined.select("person_id", "household_id"))
    return tables, pl.concat(truths)


@pytest.fixture(scope="module")
def linkage(retailer: tuple[list[pa.Table], pl.DataFrame]) -> Linkage:
    return link(retailer[0])


def pair_f1(found: npt.NDArray[np.int32], truth: pl.Series) -> float:
    """F1 of pairs that share a cluster: the harmonic mean of precision and recall."""
    both = pl.DataFrame({"found": found, "truth": truth})

    def pairs(*names: str) -> int:
        sizes = both.group_by(*names).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    return 2 * pairs("found", "truth") / (pairs("found") + pairs("truth"))


def test_people_are_found_across_files_with_other_columns(
    linkage: Linkage, retailer: tuple[list[pa.Table], pl.DataFrame]
) -> None:
    assert pair_f1(linkage.clusters, retailer[1]["person_id"]) >= 0.96


def test_a_link_is_as_likely_as_it_says(
    linkage: Linkage, retailer: tuple[list[pa.Table], pl.DataFrame]
) -> None:
    person = retailer[1]["person_id"].to_numpy()
    is_right = person[linkage.pairs.left] == person[linkage.pairs.right]
    says = 1 / (1 + np.exp2(-linkage.scores.person.astype(float)))
    for least, most in ((0.5, 0.9), (0.9, 0.99), (0.99, 1.01)):
        some = (says >= least) & (says < most)
        assert is_right[some].mean() >= says[some].mean() - 0.05


def test_two_of_one_household_are_not_taken_for_one_person(
    linkage: Linkage, retailer: tuple[list[pa.Table], pl.DataFrame]
) -> None:
    person, home = (retailer[1][name].to_numpy() for name in ("person_id", "household_id"))
    left, right = linkage.pairs.left, linkage.pairs.right
    relatives = (home[left] == home[right]) & (person[left] != person[right])
    assert relatives.sum() > 500
    assert (linkage.scores.person[relatives] >= 0).mean() < 0.01


def test_neighbours_are_not_taken_for_a_household(
    linkage: Linkage, retailer: tuple[list[pa.Table], pl.DataFrame]
) -> None:
    home = retailer[1]["household_id"].to_numpy()
    left, right = linkage.pairs.left, linkage.pairs.right
    together = linkage.scores.household >= 0
    assert (home[left[together]] == home[right[together]]).mean() >= 0.95
    assert pair_f1(linkage.households, retailer[1]["household_id"]) >= 0.8


def test_a_run_again_comes_to_the_same(
    linkage: Linkage, retailer: tuple[list[pa.Table], pl.DataFrame]
) -> None:
    again = link(retailer[0])
    assert (again.clusters == linkage.clusters).all()
    assert (again.scores.person == linkage.scores.person).all()


def test_a_model_that_was_written_links_as_before(
    linkage: Linkage, retailer: tuple[list[pa.Table], pl.DataFrame]
) -> None:
    model, fields = model_from_json(model_to_json(linkage.model, linkage.fields))

    again = link(retailer[0], LinkageSpec(fields=fields, rules=linkage.rules, model=model))

    assert np.abs(again.scores.person - linkage.scores.person).max() < 0.01
    assert (again.clusters == linkage.clusters).mean() > 0.999


def test_an_explanation_adds_up_to_the_score(linkage: Linkage) -> None:
    chance = np.random.default_rng(2)
    near = np.flatnonzero(np.abs(linkage.scores.person) < 12)
    for at in chance.choice(near, 5, replace=False).tolist():
        left, right = int(linkage.pairs.left[at]), int(linkage.pairs.right[at])
        told = explain_pair(linkage.table, linkage.model, linkage.fields, left, right)
        probability = 1 / (1 + 2.0 ** -float(linkage.scores.person[at]))
        assert told.probabilities["person"] == pytest.approx(probability, abs=1e-3)
        assert sum(told.probabilities.values()) == pytest.approx(1)


def test_tables_name_records_and_levels(linkage: Linkage) -> None:
    ids = pl.Series([f"r{at}" for at in range(len(linkage.clusters))])
    clusters = pl.DataFrame(clusters_table(linkage, ["all"], [ids]))
    links = pl.DataFrame(links_table(linkage, ids))

    assert clusters["cluster_id"].n_unique() == len(np.unique(linkage.clusters))
    assert clusters.row(0) == ("all", "r0", "all:r0", "all:r0")
    assert links["match_probability"].min() >= 0.5
    assert links["match_weight"].is_sorted(descending=True)
    assert set(links["level_last_name"].unique()) > {"missing", "different"}


def test_links_between_files_only_join_different_files(
    retailer: tuple[list[pa.Table], pl.DataFrame],
) -> None:
    tables = retailer[0][:2]
    source = np.repeat([0, 1], [each.num_rows for each in tables])

    found = link(tables, LinkageSpec(within=False)).pairs

    assert found.count > 0
    assert (source[found.left] != source[found.right]).all()


@pytest.mark.parametrize(
    "columns",
    [
        {"a": [None, None]},
        {"a": ["x", "x", "x"]},
        {"a": ["", " "], "b": ["same", "same"]},
        {"a": []},
    ],
)
def test_a_table_that_tells_nobody_apart_is_refused(columns: dict[str, list[str | None]]) -> None:
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    with pytest.raises(InvalidInput, match="tells one record from another"):
        link(table)


def test_one_column_is_enough_for_exact_repetitions() -> None:
    mails = [f"person{at}@exemple.fr" for at in range(300)] + ["person7@exemple.fr"]
    found = link(pa.table({"mail": mails}))
    assert found.clusters[300] == found.clusters[7] == 7
    assert len(np.unique(found.clusters)) == 300


@pytest.mark.parametrize(
    ("header", "value"),
    [("email", "client{}@exemple.fr"), ("phone", "06123{:05d}"), ("carte", "29{:08d}")],
)
def test_what_belongs_to_one_person_links_alone(header: str, value: str) -> None:
    values = [value.format(700 + 13 * (at % 200) % 200) for at in range(300)]
    found = link(pa.table({header: values}))
    assert len(np.unique(found.clusters)) == 200


def test_birth_dates_alone_link_nobody() -> None:
    days = np.random.default_rng(4).integers(0, 22_000, 3_000)
    found = link(pa.table({"date of birth": pl.Series(days).cast(pl.Date).cast(pl.String)}))
    assert len(np.unique(days)) < 3_000
    assert len(np.unique(found.clusters)) == 3_000


def test_a_mail_that_all_records_share_makes_nobody_one() -> None:
    names = [f"name{at}" for at in range(5_000)]
    found = link(pa.table({"email": ["x@exemple.fr"] * 5_000, "nom": names}))
    assert len(np.unique(found.clusters)) == 5_000


def test_rows_of_two_values_are_too_many_to_be_compared_and_stay_apart() -> None:
    names = ["Martin"] * 20_000 + ["Petit"] * 20_000
    found = link(pa.table({"nom": names, "prenom": ["Luc"] * 40_000}))
    assert found.pairs.count == 0
    assert len(np.unique(found.clusters)) == 40_000


def test_what_many_share_links_nobody_where_nothing_else_is_known() -> None:
    smiles = [chr(0x1F600 + at % 70) * (1 + at // 70) for at in range(400)]
    found = link(pa.table({"nom": smiles, "town": [str(at % 7) for at in range(400)]}))
    assert len(np.unique(found.clusters)) == 400


def test_two_rows_are_enough() -> None:
    same = link(pa.table({"nom": ["Martin", "Martin"], "prenom": ["Zoé", "Zoe"]}))
    other = link(pa.table({"nom": ["Martin", "Petit"], "prenom": ["Zoé", "Zoe"]}))
    assert same.clusters.tolist() == [0, 0]
    assert other.clusters.tolist() == [0, 1]


def test_a_cell_of_a_million_characters_is_cut() -> None:
    cells = ["x" * 1_000_000, "y" * 1_000_000, "z"] * 4
    found = link(pa.table({"nom": cells, "number": [str(at) for at in range(12)]}))
    assert len(found.clusters) == 12


def test_other_scripts_than_latin_are_compared() -> None:
    names = [f"李小龙{at}" for at in range(300)] + ["李小龙7"]
    found = link(pa.table({"nom": names, "carte": [*range(70_000, 70_300), 70_007]}))
    assert found.clusters[300] == 7


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 2}', '{"version": 1, "fields": 3}'])
def test_a_file_that_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no linkage model"):
        model_from_json(text)


def test_a_family_s_mailbox_makes_no_person_where_no_address_is_known() -> None:
    chance = np.random.default_rng(6)
    first = ["Zoé", "Luc", "Ana", "Hugo", "Nora", "Paul", "Inès", "Marc", "Léa", "Jean", "Éric"]
    rows = []
    for at in range(600):
        family = "".join(
            chance.choice([*"bcdfglmnprst"]) + chance.choice([*"aeiou"]) for _ in "xyz"
        )
        names = chance.permutation(first)[:2].tolist()
        mail = f"{family}{at}@exemple.fr"
        rows.append({"nom": family, "prenom": names[0], "email": mail, "at": at})
        if at % 3 == 0:  # the same person in another file
            rows.append({"nom": family, "prenom": names[0], "email": mail, "at": at})
        if at % 5 == 0:  # another of the family
            rows.append({"nom": family, "prenom": names[1], "email": mail, "at": 1000 + at})
    people = pl.DataFrame(rows).sample(fraction=1.0, shuffle=True, seed=1)

    found = link(people.drop("at").to_arrow())

    assert "household" in found.model.relations
    told = pl.DataFrame({"at": people["at"], "cluster": found.clusters})
    of_one = told.group_by("cluster").agg(pl.col("at").n_unique())["at"].max()
    assert of_one == 1
    assert len(np.unique(found.clusters)) == people["at"].n_unique()
