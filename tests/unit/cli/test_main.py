"""What every command shares: language, version, and how failures are told."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner, Result

from passerelle import __version__
from passerelle.cli.main import PasserelleCommand, main
from passerelle.cli.nouns import list_nouns
from passerelle.kernel import InvalidInput, Misconfigured, PasserelleError, Retryable

SECRET = "jeanne.durand@example.fr"


def failing_with(error: BaseException) -> Result:
    """What a person sees when a command fails with this error."""

    def fail() -> NoReturn:
        raise error

    command = PasserelleCommand("passerelle", callback=fail, invoke_without_command=True)
    return CliRunner().invoke(command, [], env={"PASSERELLE_DEBUG": ""})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("No such file.", hint="Check its name."), 2),
        (Misconfigured("No such file.", hint="Check its name."), 3),
        (Retryable("No such file.", after=timedelta(minutes=1), hint="Check its name."), 75),
    ],
)
def test_an_error_says_what_happened_and_what_to_do(error: PasserelleError, status: int) -> None:
    result = failing_with(error)
    assert result.stderr == "error: No such file.\nhint: Check its name.\n"
    assert result.stdout == ""
    assert result.exit_code == status


def test_an_interrupted_command_says_that_it_can_go_on() -> None:
    result = failing_with(KeyboardInterrupt())
    assert "interrupted; run the same command again to continue" in result.stderr
    assert result.exit_code == 130


def test_a_bug_shows_where_and_never_a_value() -> None:
    try:
        {"": 0}[SECRET]
    except KeyError as cause:
        error = ValueError(f"bad value {SECRET}")
        error.__cause__ = cause
    result = failing_with(error)
    assert SECRET not in result.output
    assert os.sep + "home" not in result.output
    assert "KeyError" in result.stderr
    assert "ValueError" in result.stderr
    assert "cli/main.py:" in result.stderr
    assert result.exit_code == 70


def test_a_wrong_command_says_where_to_look() -> None:
    result = CliRunner().invoke(main, ["dance"])
    assert result.stderr == "error: No such command 'dance'.\nhint: See: passerelle --help\n"
    assert result.exit_code == 2


def test_a_wrong_option_says_where_to_look() -> None:
    result = CliRunner().invoke(main, ["--langage", "fr"])
    assert "hint: See: passerelle --help" in result.stderr
    assert result.exit_code == 2


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.stdout == f"passerelle {__version__}\n"
    assert result.exit_code == 0


def test_help_lists_every_noun_with_what_it_is_for() -> None:
    result = CliRunner().invoke(main, ["--help"], env={"PASSERELLE_LANGUAGE": "en"})
    assert result.exit_code == 0
    for noun in list_nouns():
        assert f"  {noun.name}" in result.stdout


def test_a_reader_that_stops_early_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = "from passerelle.cli.main import main; main(['--help'])"
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 1


def test_a_command_that_answers_a_status_leaves_with_it() -> None:
    command = PasserelleCommand("passerelle", callback=lambda: 4, invoke_without_command=True)
    assert CliRunner().invoke(command, []).exit_code == 4


def test_click_s_own_errors_keep_their_message() -> None:
    result = failing_with(click.BadParameter("not a date"))
    assert "not a date" in result.stderr
    assert result.exit_code == 2
