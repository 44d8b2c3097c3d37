"""docs/reference/cli.md: every command with the help that it prints."""

from __future__ import annotations

from collections.abc import Iterator

import click

from passerelle.cli.main import main
from passerelle.kernel.language import use_language
from tools.pages.markdown import page

_WIDTH = 90


def write() -> str:
    """The page's text."""
    use_language("en")
    context = click.Context(main, info_name="passerelle", terminal_width=_WIDTH)
    blocks = [_block(each) for each in walk(context)]
    return page(
        "Commands",
        "the commands of src/passerelle/cli/",
        "Results go to standard output, everything else to standard error. "
        "Exit statuses: 0 done; 2 what was given cannot be used; 3 a setting is wrong; "
        "75 try again later; 130 interrupted; 70 an error of passerelle's own.",
        *blocks,
    )


def walk(context: click.Context) -> Iterator[click.Context]:
    """A command and all below it, each in the context that it is called in."""
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from walk(
                    click.Context(below, parent=context, info_name=name, terminal_width=_WIDTH)
                )


def _block(context: click.Context) -> str:
    depth = context.command_path.count(" ")
    title = "#" * min(depth + 2, 4)
    return f"{title} {context.command_path}\n\n```text\n{context.get_help()}\n```"
