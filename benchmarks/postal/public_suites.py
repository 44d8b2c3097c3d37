"""Public test suites: the State's lines, geocoder queries, injected complements, display."""

from __future__ import annotations

import argparse
import csv
import json
import re

from benchmarks.postal.halves import shared_data
from benchmarks.postal.town_hall_parts import line_key, town_key
from passerelle.postal import AddressFields, standardize_address

_SHOWN = 12


def state_lines(options: argparse.Namespace) -> int:
    """The 105 addresses whose lines the State's API builds."""
    rows = json.loads(
        (shared_data() / "acheminement_postal_l3_l7.json").read_text(encoding="utf-8")
    )
    wrong = []
    for row in rows:
        fields = AddressFields(
            complement=_told(row["complement_adresse"]),
            house_number=" ".join(
                filter(None, (row["numero_voie"], row["indice_repetition_voie"]))
            ),
            street=" ".join(filter(None, (row["type_voie"], row["libelle_voie"]))),
            locality=row["distribution_speciale"] or "",
            postcode=row["code_cedex"] or row["code_postal"] or "",
            city=row["libelle_cedex"] or row["libelle_commune"] or "",
        )
        address = standardize_address(fields)
        street = f"{address.house_number} {address.street}".strip()  # line 4 without shortening
        got = [address.complement, street, *address.lines[4:6]]
        want = [row["l3"], row["l4"], row["l5"], row["l6"]]
        keys = [line_key(each) for each in got[:3]], [line_key(each) for each in want[:3]]
        if keys[0] != keys[1] or _line_6(got[3]) != _line_6(want[3]):
            wrong.append((got, want))
    print(f"\nlines of the State's API: {len(rows) - len(wrong)} of {len(rows)}")
    for got, want in wrong[:_SHOWN]:
        print(f"  got {got}\n want {want}")
    return int(bool(wrong))


def _told(value: str | None) -> str:
    return "" if value in (None, "NULL") else value


def _line_6(line: str) -> str:
    postcode, _, town = line.partition(" ")
    return postcode + town_key(re.sub(r"(?i) cedex.*", "", town))


def geocoder_queries(options: argparse.Namespace) -> int:
    """What a query holds of the answer that is expected, is read from it."""
    counts: dict[str, list[int]] = {}
    wrong = []
    with (shared_data() / "geocoder_tester_fr.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "address" not in row["kind"] and row["kind"] not in (
                "base",
                "public_culture_buildings",
            ):
                continue
            address = standardize_address(row["query"])
            checks = {
                "number": (row["expected_housenumber"], address.house_number),
                "street": (row["expected_street"], address.street or address.locality),
                "postcode": (row["expected_postcode"], address.postcode),
                "city": (row["expected_city"], address.city),
            }
            for part, (want, got) in checks.items():
                if not want or line_key(want) not in line_key(row["query"]):
                    continue
                tally = counts.setdefault(f"{row['kind']} {part}", [0, 0])
                tally[1] += 1
                if _same(part, want, got):
                    tally[0] += 1
                elif len(wrong) < options.show * 20:
                    wrong.append((row["query"], part, want, got))
    print("\ngeocoder queries, where the query holds the part")
    for name, (right, count) in sorted(counts.items()):
        print(f"  {name:<40} {right:>6} of {count:>6}  {right / count:.2%}")
    for each in wrong:
        print("  ", each)
    return 0


def _same(part: str, want: str, got: str) -> bool:
    if part == "city":
        return town_key(got) == town_key(want)
    return line_key(got) == line_key(want)


def injected_complements(options: argparse.Namespace) -> int:
    """A complement put in front changes neither number nor street."""
    right = count = 0
    for word in ("APT", "BAT", "ETAGE", "PAVILLON"):
        with (shared_data() / f"aphp_{word}_geocoded.csv").open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                place = f", {row['code_postal_uai']} {row['localite_acheminement_uai']}"
                injected = row["adresse_uai"]
                bare = injected.replace(f"{word} ", "", 1)
                one, other = (standardize_address(each + place) for each in (injected, bare))
                count += 1
                same = (one.house_number, one.street) == (other.house_number, other.street)
                right += same
                if not same and options.show:
                    print("  ", injected, "|", one.lines[1:5], "|", other.lines[1:5])
    print(f"\ncomplements injected: {right} of {count} read as without them")
    return int(right < count)


def opencage(options: argparse.Namespace) -> int:
    """Blocks of OpenCage's address formatting: the lines that hold a street and a town."""
    text = (shared_data() / "opencage_fr.yaml").read_text(encoding="utf-8")
    right = count = 0
    for document in text.split("\n---")[0:]:
        found = re.search(r"expected:\s*\|\n((?:\s{4,}.*\n?)+)", document)
        if not found:
            continue
        block = "\n".join(line.strip() for line in found[1].splitlines() if line.strip())
        postcode = re.search(r"\b\d{5}\b", block)
        if not postcode:
            continue
        address = standardize_address(block)
        lines = block.splitlines()
        town = next(line for line in lines if postcode[0] in line).replace(postcode[0], "").strip()
        same = address.postcode == postcode[0] and town_key(address.city) == town_key(town)
        count, right = count + 1, right + same
        if not same and options.show:
            print("  ", lines, address.lines)
    print(f"\nOpenCage blocks with a postcode: town right in {right} of {count}")
    return 0
