"""Somebody links two files that share no identifier, and asks why."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from tests.journeys.command import passerelle

FIRST = ("Zoé", "Luc", "Ana", "Hugo", "Nora", "Paul", "Inès", "Marc", "Léa", "Jean")
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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--id", "nothing"], "has no column nothing"),
        (["--id", "Nom"], "empty in some rows or holds a value twice"),
        (["--id", "code", "--id", "id", "--id", "x"], "2 files and 3 columns"),
        (["--model", "shop.csv"], "no linkage model"),
        (["--model", "missing.json"], "cannot be read"),
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
