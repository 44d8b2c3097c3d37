"""Somebody links two files that share no identifier, and asks why."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from tests.journeys.command import passerelle

FIRST = ("Zoé", "Luc", "Ana", "Hugo", "Nora", "Paul", "Inès", "Marc", "Léa", "Jean")
ROADS = ("Haute", "Basse", "Pasteur", "Foch", "des Lilas")
LAST = ("Martin", "Bernard", "Petit", "Roux", "Durand", "Moreau", "Lefèvre", "Garnier", "Faure")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Three hundred people in a shop's file, half of them in a web site's, some misspelt."""
    chance = random.Random(5)
    shop, site = (
        ["code;Nom;Prénom;Né le;CP;Courriel"],
        ["id,first_name,last_name,birth_date,zip,email"],
    )
    for number in range(300):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        year, month, day = chance.randint(1940, 2004), chance.randint(1, 12), chance.randint(1, 28)
        code, mail = chance.randint(10_000, 95_999), f"{first[0]}{last}{number}@exemple.fr".lower()
        shop.append(f"S{number};{last.upper()};{first};{day:02}/{month:02}/{year};{code};{mail}")
        if number % 2:
            spelt = last[:-1] if number % 3 else last
            site.append(f"W{number},{first},{spelt},{year}-{month:02}-{day:02},{code},")
    paths = (tmp_path / "shop.csv", tmp_path / "site.csv")
    for path, lines in zip(paths, (shop, site), strict=True):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def test_the_same_people_are_found_in_two_files_and_explained(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    home, out = tmp_path / "home", tmp_path / "linked"

    linked = passerelle(
        home, "records", "link", *files, "--id", "code", "--id", "id", "--out", out, "--json"
    )

    assert linked.status == 0, linked.err
    assert linked.json["records"] == 450
    assert 290 <= linked.json["people"] <= 310
    clusters = pl.read_parquet(out / "clusters.parquet")
    known = clusters.with_columns(pl.col("record_id").str.slice(1).alias("number"))
    assert known.group_by("number").agg(pl.col("cluster_id").n_unique())["cluster_id"].mean() < 1.05

    assert linked.json["duplicates"] == 450 - linked.json["people"]
    assert 0.9 < linked.json["estimated_precision"] <= 1
    assert 0.9 < linked.json["estimated_recall"] <= 1

    told = passerelle(home, "records", "explain", out, "shop:S1", "site:W1", "--json")

    assert told.status == 0, told.err
    assert told.json["probabilities"]["person"] > 0.9
    shown = passerelle(home, "records", "explain", out, "S1", "W1")
    assert "last_name" in shown.out
    assert "the same person" in shown.out
    assert "nearly the same" in shown.out or "different" in shown.out or "same, on" in shown.out


def test_a_report_is_written_beside_with_the_rights_of_the_other_results(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    out = tmp_path / "linked"

    told = passerelle(tmp_path / "home", "records", "link", *files, "--out", out)

    assert told.status == 0, told.err
    assert str(out / "report.html") in told.out
    assert "Precision, estimated without labels" in told.out
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "shop:" in page
    assert len({each.stat().st_mode for each in out.iterdir()}) == 1


def test_the_report_opens_in_the_language_of_the_run(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    out = tmp_path / "rapproches"

    told = passerelle(
        tmp_path / "home", "--language", "fr", "records", "link", *files, "--out", out
    )

    assert "Précision, estimée sans étiquettes" in told.out
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert page.index("What was found") < page.index("Ce qui a été trouvé")


def test_what_was_learned_links_again(tmp_path: Path, files: tuple[Path, Path]) -> None:
    home, first, second = tmp_path / "home", tmp_path / "first", tmp_path / "second"
    passerelle(home, "records", "link", *files, "--id", "code", "--id", "id", "--out", first)

    again = passerelle(
        home, "records", "link", *files, "--id", "code", "--id", "id", "--out", second,
        "--model", first / "model.json",
    )  # fmt: skip

    assert again.status == 0, again.err
    one, other = (pl.read_parquet(each / "clusters.parquet") for each in (first, second))
    assert (one["cluster_id"] == other["cluster_id"]).mean() > 0.98


def link_again(
    home: Path, files: tuple[Path, Path], out: Path, *arguments: object
) -> dict[str, str]:
    """The cluster of each record after linking into the same folder."""
    told = passerelle(
        home, "records", "link", *files, "--id", "code", "--id", "id", "--out", out, *arguments
    )
    assert told.status == 0, told.err
    clusters = pl.read_parquet(out / "clusters.parquet")
    names = clusters.select(pl.format("{}:{}", "source", "record_id").alias("name"))["name"]
    return dict(zip(names, clusters["cluster_id"], strict=True))


def test_answers_are_kept_and_hold(tmp_path: Path, files: tuple[Path, Path]) -> None:
    home, out = tmp_path / "home", tmp_path / "linked"
    before = link_again(home, files, out)

    asked = passerelle(home, "records", "review", out, typed="y\nn\ns\nq\n")

    assert asked.status == 0, asked.err
    assert "Pairs answered so far: 2" in asked.out
    labels = pl.read_csv(out / "labels.csv")
    assert labels["is_same"].to_list() == ["yes", "no"]
    questions = pl.read_csv(out / "review.csv", infer_schema=False)
    assert labels["left_id"].to_list() == questions["left_id"].head(2).to_list()
    more = passerelle(home, "records", "review", out, typed="n\nq\n")
    assert "Pair 1 of 98" in more.out

    told = passerelle(
        home, "records", "link", *files, "--id", "code", "--id", "id", "--out", out,
        "--labels", out / "labels.csv",
    )  # fmt: skip

    assert "By the labels" in told.out
    after = link_again(home, files, out, "--labels", out / "labels.csv")
    (left, right), (one, other) = (labels.select("left_id", "right_id").rows())[:2]
    assert after[left] == after[right]
    assert after[one] != after[other]
    assert sum(before[name] != after[name] for name in before) < 20


def test_clusters_keep_their_names_when_files_grow(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    home, out = tmp_path / "home", tmp_path / "linked"
    before = link_again(home, files, out)
    lines = files[0].read_text(encoding="utf-8").splitlines()
    copy = "N0" + lines[5][lines[5].index(";") :]
    files[0].write_text("\n".join([lines[0], copy, *lines[1:]]) + "\n", encoding="utf-8")

    after = link_again(home, files, out)

    code = lines[5].split(";")[0]
    assert after["shop:N0"] == after[f"shop:{code}"] == before[f"shop:{code}"]
    assert sum(before[name] != after[name] for name in before) < 10
    events = pl.read_parquet(out / "events.parquet")
    assert set(events["kind"]) <= {"created", "merged", "split", "moved"}


def test_households_keep_their_names_too_and_their_changes_are_told(tmp_path: Path) -> None:
    home, out, file = tmp_path / "home", tmp_path / "linked", tmp_path / "town.csv"
    lines = ["id,prenom,nom,naissance,adresse,cp"]
    for number in range(200):
        where = f"{number % 40 + 1} rue {ROADS[number // 40]},{44000 + number % 50 * 10}"
        name = f"{LAST[number % 9]}{'abcdefghijklmnopqrst'[number // 10]}ec"
        lines.append(f"h{number},Jean,{name},{1940 + number % 60}-02-03,{where}")
        lines.append(f"w{number},Marie,{name},{1942 + number % 60}-11-09,{where}")

    def link_town() -> dict[str, str]:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        linked = passerelle(home, "records", "link", file, "--id", "id", "--out", out)
        assert linked.status == 0, linked.err
        told = pl.read_parquet(out / "clusters.parquet")
        return dict(told.select("record_id", "household_id").rows())

    before = link_town()
    lines.insert(1, "new,Luc,Kerbrat,1970-04-05,7 quai Neuf,75015")
    after = link_town()

    assert before["h7"] == before["w7"]
    assert after == {**before, "new": "town:new"}
    events = pl.read_parquet(out / "events.parquet")
    told = events.select("of", "kind", "cluster", "other", "records").rows()
    assert told == [
        ("person", "created", "town:new", None, 1),
        ("household", "created", "town:new", None, 1),
    ]

    events.drop("of").write_parquet(out / "events.parquet")  # as an earlier version wrote it
    assert link_town() == after
    kept = pl.read_parquet(out / "events.parquet")
    assert kept["of"].to_list() == ["person", "person"]


def test_a_file_without_duplicates_holds_nobody_twice(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    home, out = tmp_path / "home", tmp_path / "linked"
    lines = files[0].read_text(encoding="utf-8").splitlines()
    copies = ["X" + line for line in lines[1:40]]
    files[0].write_text("\n".join([*lines, *copies]) + "\n", encoding="utf-8")
    free = link_again(home, files, tmp_path / "free")

    clean = link_again(home, files, out, "--no-duplicates-in", files[0])

    def most(clusters: dict[str, str]) -> int:
        shop = pl.Series([each for name, each in clusters.items() if name.startswith("shop:")])
        return int(shop.value_counts()["count"].max())  # type: ignore[arg-type]

    assert most(free) > 1
    assert most(clean) == 1


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("left_id,right_id\na,b\n", "holds no labels"),
        ("left_id,right_id,is_same\nshop:S1,site:W1,perhaps\n", "neither yes nor no, 1."),
    ],
)
def test_labels_that_cannot_be_read_are_said(
    tmp_path: Path, files: tuple[Path, Path], written: str, says: str
) -> None:
    labels, out = tmp_path / "labels.csv", tmp_path / "out"
    labels.write_text(written, encoding="utf-8")

    told = passerelle(
        tmp_path / "home", "records", "link", *files, "--id", "code", "--id", "id",
        "--labels", labels, "--out", out,
    )  # fmt: skip

    assert told.status == 2
    assert says in told.err


def test_labels_of_other_records_are_counted(tmp_path: Path, files: tuple[Path, Path]) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "left_id,right_id,is_same\nshop:S1,nobody,yes\nsite:W1,shop:S1,oui\nshop:S1,shop:S2,\n"
    )

    told = passerelle(
        tmp_path / "home", "records", "link", *files, "--id", "code", "--id", "id",
        "--labels", labels, "--out", tmp_path / "out",
    )  # fmt: skip

    assert told.status == 0
    assert "labels.csv: labels of other records, 1." in told.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--id", "nothing"], "has no column nothing"),
        (["--id", "Nom"], "empty in some rows or holds a value twice"),
        (["--id", "code", "--id", "id", "--id", "x"], "2 files and 3 columns"),
        (["--model", "shop.csv"], "no linkage model"),
        (["--model", "missing.json"], "cannot be read"),
        (["--no-duplicates-in", "other.csv"], "is not among the files"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], says: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)

    told = passerelle(tmp_path / "home", "records", "link", *files, "--out", "out", *arguments)

    assert told.status == 2
    assert says in told.err
    assert not Path("out").exists()


def test_records_that_nobody_knows_are_not_explained(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    out = tmp_path / "linked"
    passerelle(tmp_path / "home", "records", "link", files[0], "--id", "code", "--out", out)

    told = passerelle(tmp_path / "home", "records", "explain", out, "shop:S1", "shop:S999")

    assert told.status == 2
    assert "0 records" in told.err


def test_a_file_where_nothing_tells_people_apart_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "same.csv"
    file.write_text("a;b\nx;y\nx;y\nx;y\n", encoding="utf-8")

    told = passerelle(tmp_path / "home", "records", "link", file, "--out", tmp_path / "out")

    assert told.status == 2
    assert "tells one record from another" in told.err


def test_imported_records_that_are_alike_become_one_profile(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    home = tmp_path / "home"
    for file, source, kind in zip(files, ("shop", "site"), ("till", "webshop"), strict=True):
        header, people = file.read_text(encoding="utf-8").split("\n", 1)
        named = header.replace("code;", "N° client;").replace("id,", "customer id,")
        file.write_text(f"{named}\n{people}", encoding="utf-8")
        imported = passerelle(home, "records", "import", file, "--source", source, "--kind", kind)
        assert imported.status == 0, imported.err

    exact = passerelle(home, "profiles", "resolve", "--exact", "--json")
    resolved = passerelle(home, "profiles", "resolve", "--json")
    again = passerelle(home, "profiles", "resolve", "--json")

    assert exact.json["likenesses"] is None
    assert exact.json["people"] > resolved.json["people"] >= 295
    assert resolved.json["likenesses"]["records"] == 450
    assert resolved.json["likenesses"]["new"] == resolved.json["likenesses"]["found"] > 0
    assert again.json["likenesses"]["new"] == again.json["changed"] == 0

    why = passerelle(home, "profiles", "why", "shop:S1", "site:W1")
    assert "the records are alike" in why.out
    assert "one person's with a probability of" in why.out
    assert "Before comparing" in why.out
    told = passerelle(home, "profiles", "why", "shop:S1", "site:W1", "--json")
    (edge,) = told.json["edges"]
    assert edge["likeness"]["match_probability"] > 0.9
    assert {step["field"] for step in edge["likeness"]["steps"]} >= {"last_name", "birth_date"}

    withdrawn = passerelle(home, "profiles", "unmerge", edge["edge_id"], "--reason", "two cousins")
    assert withdrawn.status == 0, withdrawn.err
    after = passerelle(home, "profiles", "resolve", "--json")
    assert after.json["people"] == resolved.json["people"] + 1
    assert not passerelle(home, "profiles", "why", "shop:S1", "site:W1", "--json").json["is_same"]


def test_columns_called_as_ours_are_kept_apart(tmp_path: Path) -> None:
    home, file, out = tmp_path / "home", tmp_path / "mine.csv", tmp_path / "out"
    lines = [f"{at},web,r{at % 150},Petit{at % 150},p{at % 150}@exemple.fr" for at in range(200)]
    file.write_text("id,source,record_id,nom,email\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (out / ".new-killed").mkdir(parents=True)

    linked = passerelle(home, "records", "link", file, "--out", out, "--json")

    assert linked.status == 0, linked.err
    assert linked.json["people"] == 150
    assert not (out / ".new-killed").exists()
    told = passerelle(home, "records", "explain", out, "1", "151")
    assert "record_id" in told.out, told.err
    asked = passerelle(home, "records", "review", out, typed="q\n")
    assert asked.status == 0, asked.err


def test_a_model_of_other_columns_is_refused(tmp_path: Path, files: tuple[Path, Path]) -> None:
    home, out, other = tmp_path / "home", tmp_path / "out", tmp_path / "other.csv"
    passerelle(home, "records", "link", files[0], "--id", "code", "--out", out)
    other.write_text("alpha,beta\n" + "\n".join(f"x{at},y{at}" for at in range(50)) + "\n")

    told = passerelle(
        home, "records", "link", other, "--out", tmp_path / "o", "--model", out / "model.json"
    )

    assert told.status == 2
    assert "None of the columns that are to be compared is there." in told.err
