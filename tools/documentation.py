"""`./dev docs`: write what is generated, then run the examples that people will copy."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

from tools import translations
from tools.environment import ROOT

PAGES = {
    "docs/reference/cli.md": "command_line",
    "docs/reference/settings.md": "settings",
    "docs/reference/lake.md": "lake_tables",
    "docs/reference/store.md": "store_tables",
    "docs/reference/identifier-types.md": "identifier_types",
    "docs/reference/sql-dialect.md": "sql_dialect",
    "docs/reference/comparisons.md": "comparisons",
    "docs/reference/personal-data-places.md": "personal_data_places",
    "docs/reference/asvs.md": "asvs",
}
"""Each generated page, and the module of tools/pages/ whose `write()` gives its text."""

EXAMPLES = "tests/journeys/test_docs_examples.py"


def run(arguments: list[str]) -> int:
    """Write the pages and the catalogues, then run the examples, or do the parts named."""
    parts = set(arguments) or {"pages", "translations", "examples"}
    if not parts <= {"pages", "translations", "examples"}:
        print("usage: ./dev docs [pages] [translations] [examples]", file=sys.stderr)
        return 2
    if "pages" in parts:
        write_pages()
    if "translations" in parts:
        for line in translations.update(ROOT):
            print(line)
    if "examples" in parts:
        command = [sys.executable, "-m", "pytest", "-n0", EXAMPLES]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    return 0


def write_pages() -> None:
    """Write every generated page that is not as it should be."""
    for name in PAGES:
        path, text = ROOT / name, page_text(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")


def outdated_pages() -> list[str]:
    """Generated pages that are not what the code says."""
    return [
        f"{name} is not what the code says"
        for name in PAGES
        if not (ROOT / name).exists()
        or (ROOT / name).read_text(encoding="utf-8") != page_text(name)
    ]


def page_text(name: str) -> str:
    """What a generated page should hold."""
    return str(import_module(f"tools.pages.{PAGES[name]}").write())
