"""Erased people who come back in 12 spellings: how many are caught, and who is caught wrongly.

Grain: one line of figures per spelling. The people are a simulated retailer's; a profile is erased
as it stands, and the truth says whose rows bring it back. A false hit is a row of a person of whom
nothing was in an erased profile.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import polars as pl

from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.collect import SourceRef, import_records, open_table, propose_mapping
from passerelle.consent import suppress_profile
from passerelle.identify import find_likenesses, resolve_profiles
from passerelle.settings import Settings
from passerelle.simulate import RetailerSpec, simulate_retailer

LEAST_CAUGHT, MOST_FALSE = 0.999, 0.0001
_ERASED_SHARE = 50  # every 50th profile
_FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone_mobile",
    "birth_date",
    "address_1",
    "postcode",
)
_STREETS = (("RUE", "r."), ("AVENUE", "av."), ("BOULEVARD", "bd"), ("PLACE", "pl."),
            ("CHEMIN", "che"), ("IMPASSE", "imp"))  # fmt: skip

Row = dict[str, str]


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _change(name: str, how: Callable[[str], str]) -> Callable[[Row], Row]:
    return lambda row: {**row, name: how(row.get(name, ""))}


def _each(how: Callable[[str], str]) -> Callable[[Row], Row]:
    return lambda row: {name: how(value) for name, value in row.items()}


def _tagged(email: str) -> str:
    local, sign, domain = email.partition("@")
    if domain == "gmail.com":
        local = ".".join((local[:1], local[1:].replace(".", "")))
    return f"{local}+promo{sign}{domain}" if sign else email


def _short_street(line: str) -> str:
    words = line.split()
    shorter = dict(_STREETS)
    return " ".join(shorter.get(word.upper(), word) for word in words)


def _pairs(phone: str) -> str:
    national = f"0{phone[3:]}" if phone.startswith("+33") else phone
    return ".".join(national[at : at + 2] for at in range(0, len(national), 2))


SPELLINGS: dict[str, Callable[[Row], Row]] = {
    "as it was": lambda row: row,
    "capitals": _each(str.upper),
    "accents off": _each(_plain),
    "hyphens off": lambda row: {
        **row,
        "first_name": row.get("first_name", "").replace("-", " "),
        "last_name": row.get("last_name", "").replace("-", " "),
    },
    "swapped names": lambda row: {
        **row,
        "first_name": row.get("last_name", ""),
        "last_name": row.get("first_name", ""),
    },
    "another last name": _change("last_name", lambda _name: "Delacour-Vasseur"),
    "initial": _change("first_name", lambda name: f"{name[:1]}."),
    "e-mail with a tag": _change("email", _tagged),
    "phone in pairs, 0033": _change(
        "phone_mobile",
        lambda phone: phone.replace("+33", "0033 ") if len(phone) % 2 else _pairs(phone),
    ),
    "short street": _change("address_1", _short_street),
    "birth date as in France": _change(
        "birth_date", lambda day: "/".join(reversed(day.split("-")))
    ),
    "hashed e-mail": lambda row: {
        **{name: value for name, value in row.items() if name != "email"},
        **({"email_sha256": sha256(row["email"].encode()).hexdigest()} if row.get("email") else {}),
    },
}


def run(argv: list[str]) -> int:
    """Simulate, import, erase, bring back; 1 if too few are caught or too many wrongly."""
    parser = argparse.ArgumentParser(prog="./dev bench suppression", description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=77)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="suppression-") as folder:
        retailer = Path(folder) / "retailer"
        simulate_retailer(RetailerSpec(options.customers, seed=options.seed), retailer)
        passerelle = open_passerelle(Settings(home=Path(folder) / "home"))
        _import_all(passerelle, retailer)
        records = _records(passerelle, retailer / "truth")
        erased = _erase(passerelle, records)
        shares = [_bring_back(passerelle, erased, name, Path(folder)) for name in SPELLINGS]
        others = records.filter(
            ~pl.col("person_id").is_in(erased["person_id"].implode())
            & ~pl.col("profile_id").is_in(erased["profile_id"].implode())
        )
        false = _hits(passerelle, _rows(others), Path(folder) / "others.csv", "others")
        share = false / others.height
        print(f"false hits: {false} of {others.height:,} rows of others: {share:.4%}")
        is_good = min(shares) >= LEAST_CAUGHT and share < MOST_FALSE
        return 0 if is_good else 1


def _import_all(passerelle: Passerelle, retailer: Path) -> None:
    manifest = tomllib.loads((retailer / "retailer.toml").read_text(encoding="utf-8"))
    for each in sorted(manifest["files"], key=lambda each: each["order"]):
        if each["kind"] == "records" and each["source_kind"] != "partner":
            table = open_table(retailer / each["path"])
            mapping = propose_mapping(table.columns, table.sample(), kind="records")
            source = SourceRef(each["source"], each["source_kind"])
            import_records(
                table, mapping, source, passerelle.warehouse, observe=passerelle.hear_records
            )
    find_likenesses(passerelle.store, passerelle.rules, passerelle.clock)
    resolve_profiles(passerelle.store, passerelle.rules)


def _records(passerelle: Passerelle, truth: Path) -> pl.DataFrame:
    """Records with what they say, whose they are in truth, and the profile that has them."""
    told = pl.read_parquet(truth / "records.parquet").select("source", "record_key", "person_id")
    held = pl.DataFrame(
        passerelle.store.arrow(
            "select r.record_id, r.source, r.record_key, r.normalized, p.profile_id from records r "
            "join placements p on p.identifier_id = r.record_id"
        )
    )
    return held.join(told, on=["source", "record_key"])


def _erase(passerelle: Passerelle, records: pl.DataFrame) -> pl.DataFrame:
    profiles = records["profile_id"].unique().sort().gather_every(_ERASED_SHARE)
    at = passerelle.clock()
    with passerelle.store.bulk() as bulk:
        for profile_id in profiles:
            suppress_profile(bulk, profile_id, keys=passerelle.keys, at=at)
    return records.filter(pl.col("profile_id").is_in(profiles.implode()))


def _rows(records: pl.DataFrame) -> list[Row]:
    said = (json.loads(text) for text in records["normalized"])
    return [{name: each[name] for name in _FIELDS if each.get(name)} for each in said]


def _bring_back(passerelle: Passerelle, erased: pl.DataFrame, name: str, folder: Path) -> float:
    rows = [SPELLINGS[name](row) for row in _rows(erased)]
    place = folder / f"{list(SPELLINGS).index(name)}.csv"
    caught = _hits(passerelle, rows, place, f"back-{place.stem}")
    share = caught / len(rows)
    print(f"{name:26} {caught:6,} of {len(rows):6,} rows {share:9.3%}")
    return share


def _hits(passerelle: Passerelle, rows: list[Row], path: Path, source: str) -> int:
    columns = (*_FIELDS, "email_sha256")
    frame = pl.DataFrame([{name: row.get(name) for name in columns} for row in rows],
                         schema=dict.fromkeys(columns, pl.String))  # fmt: skip
    frame.with_columns(record_key=pl.int_range(pl.len()).cast(pl.String)).write_csv(path)
    table = open_table(path)
    mapping = propose_mapping(table.columns, table.sample(), kind="records")
    report = import_records(
        table, mapping, SourceRef(source, "crm"), passerelle.warehouse,
        observe=passerelle.hear_records,
    )  # fmt: skip
    return report.counts.rejected["erased_person"]
