"""passerelle doctor: what is set up, where, and what is missing."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

import click

from passerelle import __version__
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, print_json, print_table, show_number
from passerelle.kernel import PasserelleError
from passerelle.kernel.language import N_, _, current_language

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.settings import Settings

_LITTLE_SPACE = 1 << 30  # bytes: one import of a million rows takes about as much
_EXTRAS = {
    "postgres": ("psycopg", "adbc-driver-postgresql"),
    "spark": ("pyspark-client",),
}
_TABLES = ("sources", "records", "identifiers", "edges", "placements", "quarantined_rows")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it is, and what to do if it is not fine."""

    name: str
    is_fine: bool
    says: str
    hint: str = ""


@click.command(
    help=N_("Say what is set up, where, and what is missing."),
    epilog=N_("Example: passerelle doctor --json"),
)
@json_option
@click.pass_obj
@click.pass_context
def doctor(ctx: click.Context, invocation: Invocation, as_json: bool) -> None:
    """Look at every part; exit status 1 if one is not fine."""
    checks = list(_checks(invocation.settings()))
    if as_json:
        print_json(checks)
    else:
        print_table(
            [_("What"), _("Fine"), _("How it is"), _("What to do")],
            [(_(check.name), check.is_fine, check.says, check.hint or None) for check in checks],
        )
    if not all(check.is_fine for check in checks):
        ctx.exit(1)


def _checks(settings: Settings) -> Iterator[Check]:
    from passerelle.bootstrap import open_passerelle

    yield Check(
        "passerelle",
        True,
        _("version {version}, Python {python}, language {language}").format(
            version=__version__, python=python_version(), language=current_language()
        ),
    )
    yield from _extras(settings)
    try:
        passerelle = open_passerelle(settings)
    except PasserelleError as error:
        yield Check(N_("installation"), False, error.message, error.hint)
        return
    yield _space(settings.home)
    yield _secret(settings)
    for name, look in (
        (N_("store"), _store),
        (N_("lake"), _lake),
        (N_("engine"), _engine),
        (N_("rules"), _rules),
    ):
        yield _told(name, look, passerelle)


def _told(name: str, look: Callable[[Passerelle], str], passerelle: Passerelle) -> Check:
    try:
        return Check(name, True, look(passerelle))
    except PasserelleError as error:
        return Check(name, False, error.message, error.hint)


def _extras(settings: Settings) -> Iterator[Check]:
    needed = {
        "postgres": settings.database_url.startswith("postgres"),
        "spark": bool(settings.engine_url),
    }
    for extra, packages in _EXTRAS.items():
        missing = [name for name in packages if not _is_installed(name)]
        yield Check(
            f"passerelle[{extra}]",
            not (missing and needed[extra]),
            _("not installed") if missing else _("installed"),
            _("Install it with: pip install 'passerelle[{extra}]'").format(extra=extra)
            if missing and needed[extra]
            else "",
        )


def _is_installed(package: str) -> bool:
    names = (package, f"{package}-binary")
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            continue
        return True
    return False


def _space(home: Path) -> Check:
    free = shutil.disk_usage(home).free
    return Check(
        N_("home"),
        free >= _LITTLE_SPACE,
        _("{home}, {free} GB free").format(
            home=home.absolute(), free=show_number(free / 1e9, decimals=1)
        ),
        "" if free >= _LITTLE_SPACE else _("Free some space: an import needs about 1 GB."),
    )


def _secret(settings: Settings) -> Check:
    from passerelle.settings import secret_file

    file = secret_file(settings)
    if file is None:
        return Check(N_("secret"), True, _("given by PASSERELLE_SECRET_KEY"))
    is_private = not file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Check(
        N_("secret"),
        is_private,
        _("{file}; back it up apart from the data").format(file=file),
        "" if is_private else _("Others can read it; run: chmod 600 {file}").format(file=file),
    )


def _store(passerelle: Passerelle) -> str:
    from passerelle.store import place_of

    counts = [
        f"{table} {show_number(int(rows[0]['n']))}"
        for table in _TABLES
        if (rows := passerelle.store.rows(f"select count(*) as n from {table}"))  # noqa: S608
    ]
    kind = "SQLite" if passerelle.store.is_sqlite else "PostgreSQL"
    place = f"{kind}, {place_of(passerelle.store.url)}"
    return _("{place}: {tables}").format(place=place, tables=", ".join(counts))


def _lake(passerelle: Passerelle) -> str:
    from passerelle.lake import TABLES

    parts = [
        _("{table} {rows} rows, {size} MB").format(
            table=table,
            rows=show_number(passerelle.lake.row_count(table)),
            size=show_number(passerelle.lake.size_bytes(table) / 1e6, decimals=1),
        )
        for table in TABLES
    ]
    return _("{place}: {tables}").format(place=passerelle.lake.location, tables=_("; ").join(parts))


def _engine(passerelle: Passerelle) -> str:
    answer = passerelle.engine.run("select 1 as one", {})
    if answer.num_rows != 1:
        raise PasserelleError(_("The engine does not answer."))
    if passerelle.settings.engine_url:
        return _("Spark Connect at {url}").format(
            url=passerelle.settings.engine_url.partition("/;")[0]  # a token may follow
        )
    return _("DuckDB {version} in this process, {memory} of memory").format(
        version=version("duckdb"), memory=passerelle.settings.memory_limit
    )


def _rules(passerelle: Passerelle) -> str:
    from passerelle.collect import read_blocked_values
    from passerelle.unify import read_survivorship

    home = passerelle.settings.home
    read_survivorship(home / "survivorship.toml")
    read_blocked_values(home / "blocked.toml")
    names = ("identity.toml", "survivorship.toml", "blocked.toml")
    own = [name for name in names if (home / name).exists()]
    return _("own rules: {files}").format(files=", ".join(own)) if own else _("the default rules")
