"""The source as a tree that the tests of this folder ask questions of, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
PACKAGE = "passerelle"


@dataclass(frozen=True)
class Import:
    """One name that a module asks another for: `from target import name`, or `import target`."""

    line: int
    target: str
    name: str = ""

    @property
    def top(self) -> str:
        """The package at the top of what is imported."""
        return self.target.partition(".")[0]


@dataclass(frozen=True)
class Module:
    """One file of Python."""

    name: str
    text: str
    is_package: bool = False

    @property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return _parse(self.text)

    @property
    def stage(self) -> str:
        """The stage it belongs to: `files` for `passerelle.files.header`."""
        return self.name.split(".")[1] if "." in self.name else ""

    @property
    def imports(self) -> list[Import]:
        """Everything it imports, inside functions and type checks too."""
        return self._imports(ast.walk(self.tree))

    @property
    def imports_at_start(self) -> list[Import]:
        """What it imports as soon as it is imported itself."""
        return self._imports(self.tree.body)

    def _imports(self, nodes: Iterable[ast.AST]) -> list[Import]:
        found = []
        for node in nodes:
            if isinstance(node, ast.Import):
                found += [Import(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                target = self._absolute(node)
                found += [Import(node.lineno, target, alias.name) for alias in node.names]
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (1 if self.is_package else 0)]
        return ".".join([*parts, *filter(None, [node.module])])


@cache
def read_source(folder: Path = SOURCE) -> tuple[Module, ...]:
    """Every module of the product."""
    modules = []
    for path in sorted(folder.rglob("*.py")):
        parts = list(path.relative_to(folder).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        modules.append(Module(name, path.read_text(encoding="utf-8"), is_package))
    return tuple(modules)


def public_definitions(
    module: Module,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The functions, classes and methods that others may use."""
    yield from _public(module.tree.body)


def _public(
    body: list[ast.stmt],
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_"):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


@cache
def _parse(text: str) -> ast.Module:
    return ast.parse(text)
