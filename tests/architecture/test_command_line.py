"""Every noun has its module, and every command shows how it is used."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from importlib.util import find_spec

import click
import pytest

from passerelle.cli.main import main
from passerelle.cli.nouns import NOUNS, list_nouns
from tests.architecture.source_code import ROOT
from tools.pages.command_line import walk

COMMANDS = list(walk(click.Context(main, info_name="passerelle")))
LEAVES = [each for each in COMMANDS if not isinstance(each.command, click.Group)]


def wrong_example(context: click.Context) -> str | None:
    """What is wrong with a command's epilog, which is to hold a call of it."""
    path = context.command_path
    _, called_so, rest = (context.command.epilog or "").partition(f"{path} ")
    if not called_so and not (context.command.epilog or "").endswith(path):
        return f"its epilog is not an example: `Example: {path} …`"
    called = click.Context(context.command, parent=context.parent, info_name=context.info_name)
    try:
        given, _, _ = context.command.make_parser(called).parse_args(shlex.split(rest))
    except click.UsageError as error:
        return error.format_message()
    needed = [each for each in context.command.params if each.required]
    missing = [str(each.name) for each in needed if _is_absent(given.get(str(each.name)))]
    return f"does not give {', '.join(missing)}" if missing else None


def _is_absent(value: object) -> bool:
    return value in (None, ()) or "UNSET" in repr(value)  # click's mark for what was not given


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_every_listed_noun_is_there(noun: object) -> None:
    assert find_spec(noun.module) is not None  # type: ignore[attr-defined]


def test_every_module_of_a_noun_holds_its_command() -> None:
    found = {each.info_name for each in COMMANDS}
    assert {noun.name for noun in list_nouns()} <= found


@pytest.mark.parametrize("context", LEAVES, ids=lambda context: context.command_path)
def test_every_command_shows_an_example_of_itself(context: click.Context) -> None:
    assert wrong_example(context) is None


@pytest.mark.parametrize("context", COMMANDS, ids=lambda context: context.command_path)
def test_every_command_and_option_says_what_it_is_for(context: click.Context) -> None:
    assert context.command.help
    silent = [
        parameter.name
        for parameter in context.command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("epilog", "is_right"),
    [
        ("Example: passerelle read --source crm clients.csv", True),
        ("Example: passerelle write --source crm clients.csv", False),
        ("Example: passerelle read clients.csv", False),
        ("Example: passerelle read --source crm", False),
        ("Example: passerelle read --sauce crm clients.csv", False),
        (None, False),
    ],
)
def test_an_example_that_would_not_work_is_found(epilog: str | None, is_right: bool) -> None:
    parameters = [click.Argument(["file"]), click.Option(["--source"], required=True)]
    command = click.Command("read", epilog=epilog, params=parameters)
    found = wrong_example(click.Context(command, info_name="passerelle read"))
    assert (found is None) is is_right


def test_help_is_there_at_once() -> None:
    # Processor time of the child, so that a busy machine does not fail it; 0.1 s when idle.
    program = "from passerelle.cli.main import main; main(['--help'])"
    measured = f"import resource, subprocess, sys\nsubprocess.run([sys.executable, '-c', {program!r}], stdout=subprocess.DEVNULL, check=True)\nused = resource.getrusage(resource.RUSAGE_CHILDREN)\nprint(used.ru_utime + used.ru_stime)"
    seconds = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", measured], cwd=ROOT, capture_output=True, text=True, check=True
        )
        seconds.append(float(done.stdout))
        time.sleep(0)
    assert min(seconds) < 0.3


def test_help_loads_nothing_slow() -> None:
    program = "import sys\nfrom passerelle.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    slow = {"numpy", "polars", "pyarrow", "duckdb", "django", "deltalake", "rich", "scipy"}
    assert slow & set(done.stderr.split()) == set()
