"""Every example of the README and of docs/ does what the page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.journeys.docs_examples import Example, is_printed, read_examples, wrong_examples

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE_FILES = ROOT / "docs" / "examples"
PAGES = [ROOT / "README.md", ROOT / "README.fr.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = {page: list(read_examples(page.read_text(encoding="utf-8"))) for page in PAGES}
# A translation shows the same examples, which are run once.
WITH_EXAMPLES = {
    tuple((each.command, each.shown) for each in examples): page
    for page, examples in EXAMPLES.items()
    if examples
}.values()


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    if EXAMPLE_FILES.is_dir():  # a reader has them at the place that the page names
        shutil.copytree(EXAMPLE_FILES, tmp_path / "docs" / "examples")
    assert wrong_examples(EXAMPLES[page], tmp_path) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_an_example_calls_passerelle(page: Path) -> None:
    others = [each.command for each in EXAMPLES[page] if not each.command.startswith("passerelle ")]
    assert others == []


PAGE = """\
# A page

```console
$ passerelle --version
passerelle …
$ passerelle --language en \\
    --help
  --version   Show the version and exit.
```

<!-- no-run -->
```console
$ passerelle nowhere
```
"""


def test_commands_and_what_they_show_are_read() -> None:
    assert list(read_examples(PAGE)) == [
        Example(4, "passerelle --version", ("passerelle …",)),
        Example(
            6,
            "passerelle --language en --help",
            ("  --version   Show the version and exit.",),
        ),
    ]


def test_a_page_that_tells_the_truth_is_left_alone(tmp_path: Path) -> None:
    assert wrong_examples(list(read_examples(PAGE)), tmp_path) == []


def test_a_command_that_fails_is_found(tmp_path: Path) -> None:
    assert wrong_examples([Example(1, "passerelle nowhere", ())], tmp_path)


def test_a_line_that_is_not_printed_is_found(tmp_path: Path) -> None:
    assert wrong_examples([Example(1, "passerelle --version", ("passerelle 99…",))], tmp_path)


def test_an_id_of_a_command_is_the_one_printed_before(tmp_path: Path) -> None:
    examples = [
        Example(1, "passerelle --help", ("  --home … Folder of the installation…",)),
        Example(2, "passerelle --ho… elsewhere --version", ("passerelle …",)),
    ]
    assert wrong_examples(examples, tmp_path) == []
    assert wrong_examples(examples[1:], tmp_path)


def test_a_wildcard_stands_for_anything_within_a_line() -> None:
    assert is_printed("read … rows", "read 1 2 rows")
    assert not is_printed("read … rows", "read 1\nrows")
    assert not is_printed("read 1 row", "read 1 rows")
