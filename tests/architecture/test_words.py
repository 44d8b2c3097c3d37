"""How modules, classes and functions are named, described and built."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.source_code import Module, public_definitions, read_source

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
MAY_READ_THE_ENVIRONMENT = {
    "passerelle.settings",
    "passerelle.bootstrap",
    # The entry point hands the environment to the settings, and must speak before they are read.
    "passerelle.cli.main",
    "passerelle.cli.invocation",
}


def vague_names(modules: Iterable[Module]) -> list[str]:
    """Modules whose name says nothing of what is in them."""
    return [module.name for module in modules if module.name.rpartition(".")[2] in VAGUE]


def names_of_their_function(modules: Iterable[Module]) -> list[str]:
    """Modules that share their name with a function they export: which is meant, in an import?"""
    return [
        module.name
        for module in modules
        if not module.is_package and not module.name.endswith(".main")  # where all programs start
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name == module.name.rpartition(".")[2]
        and not _is_command(node)
    ]


def undescribed(modules: Iterable[Module]) -> list[str]:
    """Public modules, classes, functions and methods without a sentence on what they are."""
    problems = []
    for module in modules:
        parts = module.name.split(".")
        if "migrations" in parts:
            continue
        if module.tree.body and not ast.get_docstring(module.tree):
            problems.append(module.name)
        problems += [
            f"{module.name}:{node.lineno} {node.name}"
            for node in public_definitions(module)
            if not ast.get_docstring(node) and not _is_overload(node)
        ]
    return problems


def deep_families(modules: Iterable[Module]) -> list[str]:
    """Classes that inherit from a class of ours that itself inherits from one of ours."""
    parents: dict[str, list[str]] = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and ".migrations" not in module.name:
                parents[node.name] = [_last_name(base) for base in node.bases]
    return [
        f"{name}({parent}({', '.join(parents[parent])}))"
        for name, bases in parents.items()
        for parent in bases
        if parent != name  # a class of a third party that ours takes the name of
        and any(grandparent in parents for grandparent in parents.get(parent, []))
    ]


def environment_readers(modules: Iterable[Module]) -> list[str]:
    """Modules that look at the environment though only the settings may."""
    problems = []
    for module in modules:
        if module.name in MAY_READ_THE_ENVIRONMENT:
            continue
        from_os = {each.name for each in module.imports if each.target == "os"}
        reads = {"environ", "environb", "getenv"}
        problems += [
            f"{module.name}:{node.lineno}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute)
            and node.attr in reads
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
        ]
        problems += [f"{module.name} imports {name}" for name in sorted(from_os & reads)]
    return problems


def _last_name(base: ast.expr) -> str:
    if isinstance(base, ast.Subscript):
        return _last_name(base.value)
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")


def _is_command(node: ast.FunctionDef) -> bool:
    """Whether click makes a command of it, which the list of nouns finds and nobody imports."""
    decorators = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(_last_name(each) in ("command", "group") for each in decorators)


def _is_overload(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(_last_name(each) in ("overload", "setter") for each in decorators)


def test_a_module_is_named_after_an_idea() -> None:
    assert vague_names(read_source()) == []


def test_a_module_never_shares_its_name_with_a_function_it_exports() -> None:
    assert names_of_their_function(read_source()) == []


def test_everything_public_says_what_it_is() -> None:
    assert undescribed(read_source()) == []


def test_inheritance_is_one_level_deep() -> None:
    assert deep_families(read_source()) == []


def test_only_the_settings_see_the_environment() -> None:
    assert environment_readers(read_source()) == []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (vague_names, "passerelle.store.utils", ""),
        (names_of_their_function, "passerelle.collect.import_file", "def import_file(): ..."),
        (undescribed, "passerelle.store.a", "x = 1"),
        (undescribed, "passerelle.store.a", '"""A."""\ndef f(): ...'),
        (undescribed, "passerelle.store.a", '"""A."""\nclass C:\n  """C."""\n  def f(self): ...'),
        (deep_families, "passerelle.a", "class A: ...\nclass B(A): ...\nclass C(x.B): ..."),
        (environment_readers, "passerelle.a", "import os\nos.environ['HOME']"),
        (environment_readers, "passerelle.a", "from os import getenv"),
    ],
)
def test_what_breaks_a_rule_is_found(rule: object, name: str, text: str) -> None:
    assert callable(rule)
    assert rule([Module(name, text)])


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (undescribed, '"""A."""\ndef _f(): ...\nclass _C:\n  def f(self): ...'),
        (deep_families, "class A(Exception): ...\nclass B(A): ...\nclass C(A): ..."),
        (environment_readers, "import os\nos.path.exists('a')"),
    ],
)
def test_what_follows_a_rule_is_left_alone(rule: object, text: str) -> None:
    assert callable(rule)
    assert rule([Module("passerelle.a", text)]) == []
