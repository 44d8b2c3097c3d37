"""An installation that imported all files of a simulated retailer, and resolved them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.collect import (
    SourceRef,
    import_events,
    import_records,
    open_events,
    open_table,
    propose_mapping,
)
from passerelle.identify import find_likenesses, resolve_profiles
from passerelle.settings import Settings
from passerelle.simulate import RetailerSpec, simulate_retailer


def build_installation(folder: Path, customers: int, seed: int, is_exact: bool) -> None:
    """Make `retailer` and `home` in a folder, and an empty file `done` when both are whole."""
    retailer = folder / "retailer"
    simulate_retailer(RetailerSpec(customers, seed=seed), retailer)
    passerelle = open_passerelle(Settings(home=folder / "home"))
    _import_files(passerelle, retailer)
    if not is_exact:
        find_likenesses(passerelle.store, passerelle.rules, passerelle.clock)
    resolve_profiles(passerelle.store, passerelle.rules)
    (folder / "done").touch()


def _import_files(passerelle: Passerelle, retailer: Path) -> None:
    """Records and events: receipts tie nobody."""
    manifest = tomllib.loads((retailer / "retailer.toml").read_text(encoding="utf-8"))
    for each in sorted(manifest["files"], key=lambda each: each["order"]):
        path, source = retailer / each["path"], SourceRef(each["source"], each["source_kind"])
        if each["kind"] == "records":
            table = open_table(path)
            mapping = propose_mapping(table.columns, table.sample(), kind="records")
            import_records(
                table, mapping, source, passerelle.warehouse, observe=passerelle.hear_records
            )
        elif each["kind"] == "events":
            events = open_events(path, received_at=passerelle.clock())
            import_events(
                events, source, passerelle.warehouse, passerelle.engine,
                observe=passerelle.hear_events,
            )  # fmt: skip
