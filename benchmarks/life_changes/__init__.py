"""Life changes of a simulated retailer against the truth: precision, recall, calibration, time."""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
import tomllib
from pathlib import Path

import polars as pl

from benchmarks.life_changes.habits import judge_habits
from benchmarks.life_changes.telling import tell
from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.collect import (
    SourceRef,
    import_events,
    import_notices,
    import_receipts,
    import_records,
    open_events,
    open_notices,
    open_receipts,
    open_table,
    propose_mapping,
)
from passerelle.identify import find_likenesses, resolve_profiles
from passerelle.settings import Settings
from passerelle.simulate import RetailerSpec, simulate_retailer
from passerelle.unify import Detector, detect_changes
from passerelle.unify.life_changes.sayings import read_sayings

_FILES = (("movers.csv", "movers", 2), ("deaths.txt", "deaths", 1),
          ("returned_mail.csv", "returned-mail", 2))  # fmt: skip


def run(argv: list[str]) -> int:
    """Simulate, import, detect, compare; 1 if what is followed by itself is too often wrong."""
    parser = argparse.ArgumentParser(prog="./dev bench life_changes", description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="life-changes-") as folder:
        retailer, home = Path(folder) / "retailer", Path(folder) / "home"
        spec = RetailerSpec(options.customers, seed=options.seed, has_life_files=True)
        simulate_retailer(spec, retailer)
        passerelle = open_passerelle(Settings(home=home))
        _import_all(passerelle, retailer)
        started, used = time.perf_counter(), time.process_time()
        detector = Detector(
            passerelle.store, passerelle.lake, passerelle.engine, passerelle.keys, passerelle.clock
        )
        summary = detect_changes(detector)
        wall, processor = time.perf_counter() - started, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{options.customers:,} customers: {dict(summary.found)}")
        print(f"detected in {wall:.1f} s, {processor:.1f} s of processor, peak {peak:.1f} GB")
        return _compare(passerelle, retailer / "truth")


def _import_all(passerelle: Passerelle, retailer: Path) -> None:
    warehouse, engine = passerelle.warehouse, passerelle.engine
    manifest = tomllib.loads((retailer / "retailer.toml").read_text(encoding="utf-8"))
    for each in sorted(manifest["files"], key=lambda each: each["order"]):
        path, source = retailer / each["path"], SourceRef(each["source"], each["source_kind"])
        if each["kind"] == "records":
            table = open_table(path)
            mapping = propose_mapping(table.columns, table.sample(), kind="records")
            import_records(table, mapping, source, warehouse, observe=passerelle.hear_records)
        elif each["kind"] == "receipts":
            import_receipts(open_receipts(path), source, warehouse, engine)
        else:
            events = open_events(path, received_at=passerelle.clock())
            import_events(events, source, warehouse, engine, observe=passerelle.hear_events)
    club = open_table(retailer / "kids_club.csv")
    mapping = propose_mapping(club.columns, club.sample(), kind="records")
    import_records(club, mapping, SourceRef("kids_club", "loyalty"), warehouse,
                   observe=passerelle.hear_records)  # fmt: skip
    find_likenesses(passerelle.store, passerelle.rules, passerelle.clock)
    resolve_profiles(passerelle.store, passerelle.rules)
    for name, kind, _first in _FILES:
        file = open_notices(retailer / name, kind)
        import_notices(file, SourceRef(kind, "partner"), warehouse, engine)


def _compare(passerelle: Passerelle, truth: Path) -> int:
    people = pl.read_parquet(truth / "people.parquet")
    told = pl.read_parquet(truth / "records.parquet").join(people, on="person_id")
    held = pl.DataFrame(passerelle.store.arrow("select record_id, source, record_key from records"))
    records = held.join(told, on=["source", "record_key"]).drop("source", "record_key")
    rows = _file_rows(truth).join(
        people.select("person_id", pl.col("household_id").alias("about_household")), on="person_id",
        how="left",
    )  # fmt: skip
    changes = _changes(passerelle, rows)
    sayings = read_sayings(passerelle.store, passerelle.lake, passerelle.engine)
    right = [
        _moves(changes, records, sayings),
        _names(changes, records),
        _file_moves(changes, records, rows, sayings),
        _deaths(changes, records, rows, sayings),
        _mail(changes, records, rows, passerelle),
        judge_habits(changes, passerelle, truth.parent),
    ]
    return max(right)


def _file_rows(truth: Path) -> pl.DataFrame:
    """Each row of the files of life changes, by source and row number, with its person."""
    rows = pl.read_parquet(truth / "life_files.parquet")
    return pl.concat(
        rows.filter(pl.col("file") == Path(name).stem).select(
            pl.lit(kind).alias("source"), (pl.col("row") + first).alias("row_number"), "person_id"
        )
        for name, kind, first in _FILES
    )


def _changes(passerelle: Passerelle, rows: pl.DataFrame) -> pl.DataFrame:
    found = passerelle.store.rows(
        "select kind, identifier_id, other_id, source, probability, is_certain, evidence, "
        "details from life_changes where gone_at is null"
    )
    for each in found:
        evidence = json.loads(each.pop("evidence"))
        each["row_number"] = evidence.get("notice", {}).get("row_number")
        each["new_key"] = (evidence.get("new") or {}).get("key")
    schema = {"other_id": pl.Int64, "row_number": pl.Int64, "new_key": pl.String}
    changes = pl.DataFrame(found, schema_overrides=schema, infer_schema_length=None)
    about = rows.rename({"person_id": "about_person"})
    return changes.join(about, on=["source", "row_number"], how="left")


def _moves(changes: pl.DataFrame, records: pl.DataFrame, sayings: pl.DataFrame) -> int:
    found = _between_records(
        changes.filter((pl.col("kind") == "move") & pl.col("other_id").is_not_null()), records
    )
    right = found.with_columns(
        (
            (pl.col("person_id") == pl.col("person_id_old"))
            & pl.col("at_former_address_old")
            & ~pl.col("at_former_address")
        ).alias("is_right")
    )
    placed = records.join(
        sayings.filter(pl.col("place").is_not_null()).select("record_id"), on="record_id"
    )
    visible = _both(placed, "at_former_address")
    return tell("moves, from records", right, visible)


def _names(changes: pl.DataFrame, records: pl.DataFrame) -> int:
    found = _between_records(changes.filter(kind="name_change"), records)
    right = found.with_columns(
        (
            (pl.col("person_id") == pl.col("person_id_old"))
            & pl.col("under_birth_name_old")
            & ~pl.col("under_birth_name")
        ).alias("is_right")
    )
    differing = records.filter(
        (pl.col("birth_name") != pl.col("last_name")) | pl.col("joined_name").is_not_null()
    )
    return tell("changes of name, from records", right, _both(differing, "under_birth_name"))


def _file_moves(
    changes: pl.DataFrame, records: pl.DataFrame, rows: pl.DataFrame, sayings: pl.DataFrame
) -> int:
    found = changes.filter(source="movers").join(
        records, left_on="identifier_id", right_on="record_id"
    )
    same = pl.col("household_id") == pl.col("about_household")
    right = found.with_columns(same.fill_null(value=False).alias("is_right"))
    placed = sayings.filter(pl.col("place").is_not_null()).select("record_id")
    told = rows.filter(source="movers")["person_id"].drop_nulls()
    at_old = records.join(placed, on="record_id").filter("at_former_address")
    is_told = pl.col("person_id").is_in(told.implode())
    return tell("moves, from a file", right, at_old.filter(is_told)["person_id"])


def _deaths(
    changes: pl.DataFrame, records: pl.DataFrame, rows: pl.DataFrame, sayings: pl.DataFrame
) -> int:
    found = changes.filter(kind="death").join(
        records, left_on="identifier_id", right_on="record_id"
    )
    right = found.with_columns(
        (pl.col("person_id") == pl.col("about_person")).fill_null(value=False).alias("is_right")
    )
    born = sayings.filter(pl.col("birth_date").is_not_null()).select("record_id")
    told = rows.filter(source="deaths")["person_id"].drop_nulls()
    dead = records.join(born, on="record_id").filter(pl.col("person_id").is_in(told.implode()))
    status = tell("deaths", right, dead["person_id"])
    named = dead.filter(pl.col("birth_name") == pl.col("last_name"))["person_id"]
    known = set(right.filter("is_right")["person_id"].to_list())
    share = len(known & set(named.to_list())) / max(named.n_unique(), 1)
    print(f"    of those who never changed their name: recall {share:.1%}")
    return status


def _mail(
    changes: pl.DataFrame, records: pl.DataFrame, rows: pl.DataFrame, passerelle: Passerelle
) -> int:
    told_by = passerelle.store.arrow("select identifier_id, profile_id from placements")
    placed = pl.DataFrame(told_by)
    whose = records.join(placed, left_on="record_id", right_on="identifier_id")
    people = whose.select("profile_id", "person_id").unique("profile_id", keep="any")
    mail = changes.filter(kind="returned_mail").join(placed, on="identifier_id")
    found = mail.join(people, on="profile_id")
    right = found.with_columns((pl.col("person_id") == pl.col("about_person")).alias("is_right"))
    told = rows.filter(source="returned-mail")["person_id"]
    return tell("returned mail", right, told)


def _between_records(changes: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    new = changes.join(records, left_on="identifier_id", right_on="record_id")
    return new.join(records, left_on="other_id", right_on="record_id", suffix="_old")


def _both(records: pl.DataFrame, flag: str) -> pl.Series:
    """People of whom one record is from before the change and another from after."""
    states = records.group_by("person_id").agg(pl.col(flag).n_unique().alias("states"))
    return states.filter(pl.col("states") > 1)["person_id"]
