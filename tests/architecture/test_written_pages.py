"""What people wrote in the documentation still answers to the code, the files and the other language."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from passerelle.files import ReadLimits
from passerelle.identify import DEFAULT_RULES, RuleSet, TypeRule
from passerelle.unify import list_survivorship_rules
from passerelle.unify.survivorship_rules import DEFAULT_RULES as SURVIVORSHIP
from passerelle.unify.survivorship_rules import DEFAULT_TRUST, LITTLE_TRUST
from tests.architecture.source_code import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
IN_TWO_LANGUAGES = [
    (ROOT / "README.md", ROOT / "README.fr.md"),
    (DOCS / "tutorial/your-own-files.md", DOCS / "tutorial/vos-fichiers.md"),
]
_LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([^)\s]+))?\)")
_BLOCK = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)


def page_text(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def blocks_of(page: Path) -> list[str]:
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def tables_of(text: str) -> list[list[list[str]]]:
    """The tables of a page, as rows of cells without their quotes."""
    tables: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            tables[-1].append([cell.strip().replace("`", "") for cell in cells])
        elif tables[-1]:
            tables.append([])
    return [[table[0], *table[2:]] for table in tables if table]


def table_headed(text: str, *header: str) -> dict[str, list[str]]:
    """The rows of the table whose header begins so, by their first cell."""
    for table in tables_of(text):
        if tuple(table[0][: len(header)]) == header:
            return {row[0]: row[1:] for row in table[1:]}
    raise AssertionError(f"no table headed {header}")


def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {each.strip().replace(" ", "-") for each in words}


def broken_links(page: Path) -> list[str]:
    """Links of a page to files or headings that are not there."""
    broken = []
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target, anchor in _LINK.findall(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        place = (page.parent / target).resolve() if target else page
        if not place.exists() or (anchor and anchor not in anchors_of(place)):
            broken.append(f"{target}#{anchor}" if anchor else target)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_every_page_is_in_the_index() -> None:
    index = page_text("index.md") + page_text("decisions/index.md")
    pages = [page for page in DOCS.rglob("*.md") if page.name != "index.md"]
    assert [page.name for page in pages if page.name not in index] == []


@pytest.mark.parametrize(("english", "french"), IN_TWO_LANGUAGES, ids=lambda page: page.name)
def test_both_languages_show_the_same_commands(english: Path, french: Path) -> None:
    assert blocks_of(english) == blocks_of(french)


@pytest.mark.parametrize("name", ["clients.csv", "comptes-du-site.csv"])
def test_a_file_shown_in_the_tutorial_is_the_example(name: str) -> None:
    content = (DOCS / "examples" / name).read_bytes()
    encoding = "windows-1252" if name == "clients.csv" else "utf-8"
    shown = content.decode(encoding).replace("\r\n", "\n")
    assert f"```text\n{shown}```" in page_text("tutorial/your-own-files.md")


def test_a_file_shown_for_partners_is_the_example() -> None:
    shown = (DOCS / "examples/partenaire.csv").read_text(encoding="utf-8")
    assert f"```text\n{shown}```" in page_text("how-to/import-partner-file.md")


def rule_cells(rule: TypeRule) -> list[str]:
    values = (getattr(rule, each.name) for each in fields(TypeRule))
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def test_identity_rules_are_those_of_the_code() -> None:
    columns = [each.name for each in fields(TypeRule)]
    said = table_headed(page_text("reference/identity-rules.md"), "type", *columns)
    known = {name: rule_cells(rule) for name, rule in DEFAULT_RULES.types.items()}
    assert said == known | {"any other": rule_cells(DEFAULT_RULES.of("no such type"))}
    others = ", ".join(f"`{name}` is {value}" for name, value in rule_settings().items())
    assert f"{others}." in page_text("reference/identity-rules.md")


def test_every_value_of_an_identity_rule_is_explained() -> None:
    said = table_headed(page_text("reference/identity-rules.md"), "value", "meaning")
    assert set(said) == {each.name for each in fields(TypeRule)} | set(rule_settings())


def rule_settings() -> dict[str, str]:
    """What identity.toml says beside the types."""
    named = (each.name for each in fields(RuleSet) if each.name != "types")
    return {name: str(getattr(DEFAULT_RULES, name)).lower() for name in named}


def test_survivorship_is_that_of_the_code() -> None:
    text = page_text("reference/survivorship.md")
    assert table_headed(text, "attribute", "rule") == {k: [v] for k, v in SURVIVORSHIP.items()}
    trust = {**DEFAULT_TRUST, "any other": LITTLE_TRUST}
    assert table_headed(text, "kind of source", "trust") == {k: [str(v)] for k, v in trust.items()}
    rules = {name: [", ".join(rule.order)] for name, rule in list_survivorship_rules().items()}
    assert table_headed(text, "rule") == rules


def test_limits_of_files_are_those_of_the_code() -> None:
    limits = ReadLimits()
    said = {row[0]: row[1] for row in _rows_of_limits()}
    assert said["size once unpacked"] == f"{limits.max_expanded_bytes >> 30} GiB"
    assert said["expansion of an archive"] == (
        f"{limits.max_ratio} times its size, above {limits.ratio_grace_bytes >> 20} MiB"
    )
    assert said["cells of a sheet"] == f"{limits.max_sheet_cells:,}"
    assert said["characters of a cell"] == f"{limits.max_cell_chars:,}"
    assert said["columns"] == f"{limits.max_columns:,}"
    held = "held in memory whole: workbooks, JSON arrays, Parquet inside an archive"
    assert said[held] == f"{limits.max_held_bytes >> 30} GiB"


def _rows_of_limits() -> list[list[str]]:
    found = table_headed(page_text("reference/files.md"), "what", "limit")
    return [[name, *cells] for name, cells in found.items()]


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n[a](page.md#a-page) [b](page.md#b) [c](c.md) [d](https://x.org)\n")
    assert broken_links(page) == ["page.md#b", "c.md"]


def test_every_option_and_command_of_the_tag_is_explained() -> None:
    script = ROOT / "src/passerelle/ingest/tag/script"
    options = re.search(r"const \{ (.+) \} = element\.dataset", (script / "options.js").read_text())
    commands = (
        (script / "main.js").read_text().partition("const commands = {")[2].partition("  };")[0]
    )
    assert options
    attributes = {
        "data-" + re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
        for name in options[1].split(", ")
    }
    page = page_text("reference/tag.md")

    assert set(table_headed(page, "attribute", "default")) == attributes
    explained = {re.findall(r"\('(\w+)'", row)[0] for row in table_headed(page, "command")}
    assert explained == set(re.findall(r"^    (\w+)[:(]", commands, re.MULTILINE))
