"""The manifest `retailer.toml`: what each file is and in which order to import it."""

from __future__ import annotations

from dataclasses import dataclass

from passerelle.simulate.spec import RetailerSpec

FORMAT = "passerelle-simulated-retailer-1"


@dataclass(frozen=True)
class ImportFile:
    """One file that the retailer would send, with the source to import it under."""

    path: str
    kind: str
    source: str
    source_kind: str


IMPORT_FILES = (
    ImportFile("crm_customers.csv", "records", "crm", "crm"),
    ImportFile("loyalty_members.csv", "records", "loyalty", "loyalty"),
    ImportFile("webshop_customers.csv", "records", "webshop", "webshop"),
    ImportFile("receipts.parquet", "receipts", "till", "till"),
    ImportFile("events.jsonl", "events", "web", "browser"),
    ImportFile("partner.csv", "records", "partner", "partner"),
)
"""In the order to import them."""

EVENTS_AFTER = "events_after.jsonl"
MOVERS, DEATHS, RETURNED_MAIL = "movers.csv", "deaths.txt", "returned_mail.csv"
"""Files of life changes, written on demand; `passerelle changes import` reads them."""

KIDS_CLUB = "kids_club.csv"
"""Records of children, written with the files of life changes; imported as records."""

TRUTH = "truth"


def manifest_text(spec: RetailerSpec, rows: dict[str, int]) -> str:
    """The manifest as TOML; `rows` holds the rows of each file, for receipts the lines."""
    head = [
        "# Made by `passerelle simulate retailer`. Nobody in these files exists.",
        f'format = "{FORMAT}"',
        f"customers = {spec.customers}",
        f"seed = {spec.seed}",
        f"as_of = {spec.as_of.isoformat()}",
        f'truth = "{TRUTH}"',
        f'events_after = "{EVENTS_AFTER}"',
    ]
    blocks = [
        "\n".join(
            [
                "",
                "[[files]]",
                f"order = {order}",
                f'path = "{file.path}"',
                f'kind = "{file.kind}"',
                f'source = "{file.source}"',
                f'source_kind = "{file.source_kind}"',
                f"rows = {rows[file.path]}",
            ]
        )
        for order, file in enumerate(IMPORT_FILES, start=1)
    ]
    return "\n".join([*head, *blocks]) + "\n"
