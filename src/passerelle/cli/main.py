"""Entry point of the command line: options that every command shares, and how errors are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from passerelle import __version__
from passerelle.cli import failures
from passerelle.cli.invocation import Invocation
from passerelle.cli.nouns import find_command, list_nouns
from passerelle.cli.speech import chosen_language, speak
from passerelle.kernel import PasserelleError
from passerelle.kernel.language import (
    LANGUAGES,
    N_,
    _,
    current_language,
    lend_sentences,
    use_language,
)


class PasserelleCommand(click.Group):
    """The `passerelle` command: finds its nouns when they are asked for, and explains failures."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The nouns, in the order of the work."""
        return [noun.name for noun in list_nouns()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one noun, in the language in use."""
        command = find_command(cmd_name)
        return None if command is None else speak(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the nouns without loading any of them, so that help is there at once."""
        rows = [(noun.name, _(noun.summary)) for noun in list_nouns()]
        if rows:
            with formatter.section(_("Commands")):
                formatter.write_dl(rows)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Choose the language before anything is said, help included."""
        use_language(chosen_language(args, os.environ))
        lend_sentences()
        os.environ["LANGUAGE"] = current_language()  # where gettext, hence click, looks for it
        speak(self)
        return super().parse_args(ctx, args)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> NoReturn:
        """Run one command line and leave with its exit status."""
        options["standalone_mode"] = False
        sys.exit(_status(lambda: super(PasserelleCommand, self).main(args, *rest, **options)))


@click.group(
    "passerelle",
    cls=PasserelleCommand,
    help=N_("The bridge between what a retailer knows of its customers offline and online."),
    epilog=N_("Start with: passerelle demo"),
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Folder of the installation, instead of PASSERELLE_HOME."),
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help=N_("Language of what is printed, instead of PASSERELLE_LANGUAGE or the terminal's."),
)
@click.option(
    "--as",
    "on_behalf_of",
    default="",
    metavar="NAME",
    help=N_("Who reads, where a program calls for somebody; noted in the audit log."),
)
@click.option(
    "--why",
    "purpose",
    default="",
    metavar="WORDS",
    help=N_("What personal data are read for; noted in the audit log."),
)
@click.version_option(__version__, prog_name="passerelle", message="%(prog)s %(version)s")
@click.pass_context
def main(
    ctx: click.Context,
    home: Path | None,
    language: str | None,
    on_behalf_of: str,
    purpose: str,
) -> None:
    """Hand the options that every command shares to the command."""
    ctx.obj = Invocation(home=home, on_behalf_of=on_behalf_of, purpose=purpose)


def _status(run: Any) -> int:
    """The exit status of a run, its failure told to the person."""
    try:
        answer = run()
        sys.stdout.flush()
        return answer if isinstance(answer, int) else 0
    except PasserelleError as error:
        return failures.tell_error(error)
    except click.Abort:
        return failures.tell_interrupted()
    except click.ClickException as error:
        return failures.tell_usage(error)
    except BrokenPipeError:
        # Python flushes stdout once more on its way out, which would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failures.EXIT_BROKEN_PIPE
    except Exception as error:
        return failures.tell_bug(error, debug=bool(os.environ.get("PASSERELLE_DEBUG")))
