"""passerelle demo: the main job on a simulated retailer, from files to report."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import Column, print_fields, print_table, progress, say
from passerelle.cli.profiles import look_for_likenesses
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.collect import ImportReport

_NEXT_STEPS = (
    ("passerelle --home {home} profiles find DUPONT", N_("look people up")),
    (
        "passerelle --home {home} profiles show ID",
        N_("see one whole, with where each value comes from"),
    ),
    ("passerelle --home {home} quarantine list", N_("see the rows that could not be used")),
    (
        "passerelle --home {home} match report --truth {truth}",
        N_("compare the report with the truth"),
    ),
    (
        "passerelle records import YOUR_FILE.csv --source crm --dry-run",
        N_("try a file of your own"),
    ),
)


@dataclass(frozen=True)
class RetailerFile:
    """A file of the simulated retailer, as its manifest names it."""

    path: Path
    kind: str
    source: str
    source_kind: str
    rows: int


@click.command(
    help=N_("Run the main job on a simulated retailer, from files to report."),
    epilog=N_("Example: passerelle demo --customers 2000"),
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("passerelle-demo"),
    show_default=True,
    help=N_("Where the retailer's files, the base and the report go."),
)
@click.option(
    "--customers", type=click.IntRange(min=100), default=20_000, show_default=True,
    help=N_("How many customers to simulate."),
)  # fmt: skip
@click.option(
    "--seed", type=int, default=1, show_default=True, help=N_("Another seed, other people.")
)
@click.pass_obj
def demo(invocation: Invocation, folder: Path, customers: int, seed: int) -> None:
    """Simulate, import, resolve, report."""
    from dataclasses import replace

    from passerelle.bootstrap import open_passerelle
    from passerelle.identify import resolve_profiles

    retailer = folder / f"retailer-{customers}-{seed}"
    home = invocation.home or folder / f"home-{customers}-{seed}"
    _simulate(retailer, customers, seed)
    passerelle = open_passerelle(replace(invocation.settings(), home=home))
    manifest = tomllib.loads((retailer / "retailer.toml").read_text(encoding="utf-8"))
    _import_all(passerelle, _files(retailer, manifest))
    look_for_likenesses(passerelle, exact=False)
    with progress(_("Resolving profiles")) as advance:
        summary = resolve_profiles(passerelle.store, passerelle.rules)
        advance(summary.identifiers)
    print_fields([(_("people"), summary.people), (_("households"), summary.households)])
    report = folder / "report.html"
    _report(passerelle, manifest["as_of"], report)
    print_fields(
        [
            (command.format(home=home, truth=retailer / manifest["truth"]), _(what))
            for command, what in _NEXT_STEPS
        ],
        title=_("What to try next"),
    )
    click.echo("\n" + _("The report, to open in a browser: {path}").format(path=report.absolute()))


def _simulate(retailer: Path, customers: int, seed: int) -> None:
    from passerelle.simulate import RetailerSpec, simulate_retailer

    if (retailer / "retailer.toml").exists():
        say(_("The simulated retailer is there already: {path}").format(path=retailer))
        return
    with progress(_("Simulating a retailer"), total=100) as advance:
        done = 0

        def show(_step: str, share: float) -> None:
            nonlocal done
            advance(int(share * 100) - done)
            done = int(share * 100)

        simulate_retailer(RetailerSpec(customers=customers, seed=seed), retailer, progress=show)


def _files(retailer: Path, manifest: dict[str, Any]) -> list[RetailerFile]:
    return [
        RetailerFile(
            retailer / each["path"], each["kind"], each["source"], each["source_kind"], each["rows"]
        )
        for each in sorted(manifest["files"], key=lambda each: each["order"])
    ]


def _import_all(passerelle: Passerelle, files: list[RetailerFile]) -> None:
    rows = []
    for file in files:
        with progress(
            _("Importing {file}").format(file=file.path.name), total=file.rows
        ) as advance:
            counts = _import(passerelle, file, advance).counts
        rejected = sum(counts.rejected.values())
        rows.append(
            (file.path.name, file.source, counts.rows, counts.new, counts.changed,
             counts.unchanged, counts.repeated, rejected)
        )  # fmt: skip
    labels = (_("Rows"), _("New"), _("Changed"), _("Unchanged"), _("Repeated"), _("Rejected"))
    print_table(
        [_("File"), _("Source"), *(Column(label, is_number=True) for label in labels)],
        rows,
        title=_("Imported"),
    )


def _import(passerelle: Passerelle, file: RetailerFile, advance: Any) -> ImportReport:
    from passerelle.collect import (
        SourceRef,
        import_events,
        import_receipts,
        import_records,
        open_events,
        open_receipts,
        open_table,
        propose_mapping,
    )

    source = SourceRef(file.source, file.source_kind)
    warehouse, engine = passerelle.warehouse, passerelle.engine
    if file.kind == "events":
        events = open_events(file.path, received_at=passerelle.clock())
        return import_events(
            events, source, warehouse, engine, observe=passerelle.hear_events, progress=advance
        )
    if file.kind == "receipts":
        receipts = open_receipts(file.path)
        return import_receipts(receipts, source, warehouse, engine, progress=advance)
    table = open_table(file.path)
    mapping = propose_mapping(table.columns, table.sample(), kind="records")
    return import_records(
        table, mapping, source, warehouse, observe=passerelle.hear_records, progress=advance
    )


def _report(passerelle: Passerelle, as_of: date, path: Path) -> None:
    from passerelle.cli.match_sheet import print_match_report
    from passerelle.measure import build_match_report, load_match_inputs, render_html

    with progress(_("Building the match report")) as advance:
        inputs = load_match_inputs(passerelle, home=passerelle.settings.home)
        report = build_match_report(
            passerelle.engine, inputs, made_at=passerelle.clock(), as_of=as_of
        )
        advance(report.people)
    print_match_report(report)
    path.write_text(render_html(report), encoding="utf-8")
