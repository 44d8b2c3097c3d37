"""How a failure is told to a person: what happened, what to do, and never a value of anybody."""

from __future__ import annotations

import traceback
from pathlib import Path

import click

from passerelle.kernel import PasserelleError
from passerelle.kernel.language import _

EXIT_BUG = 70  # sysexits' EX_SOFTWARE
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells count
EXIT_BROKEN_PIPE = 1  # whoever read us stopped, as `head` does; click answers 1 too


def tell_error(error: PasserelleError) -> int:
    """Print an expected error with its hint; answer the exit status."""
    _tell(error.message, error.hint)
    return error.exit_code


def tell_usage(error: click.ClickException) -> int:
    """Print what is wrong with the command line; answer the exit status."""
    hint = ""
    context = getattr(error, "ctx", None)
    if context is not None:
        hint = _("See: {command} --help").format(command=context.command_path)
    _tell(error.format_message(), hint)
    return error.exit_code


def tell_interrupted() -> int:
    """Say that nothing is lost; answer the exit status."""
    click.echo(_("interrupted; run the same command again to continue"), err=True)
    return EXIT_INTERRUPTED


def tell_bug(error: BaseException, *, debug: bool) -> int:
    """Print an error that is ours, without its message or any value; answer the exit status.

    Messages of third parties quote the data they stumble on, so only places and types are shown
    unless the person asks for all of it with PASSERELLE_DEBUG.
    """
    if debug:
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    else:
        click.echo("\n".join(scrubbed_traceback(error)), err=True)
    _tell(
        _("passerelle stopped on an error of its own ({kind}).").format(kind=type(error).__name__),
        _(
            "Please report the lines above: they hold no personal data. "
            "PASSERELLE_DEBUG=1 shows everything, personal data included."
        ),
    )
    return EXIT_BUG


def scrubbed_traceback(error: BaseException) -> list[str]:
    """Where an error happened, as `file:line function` and types only, its cause first."""
    lines: list[str] = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines += scrubbed_traceback(cause)
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {_short(frame.filename)}:{frame.lineno} {frame.name}")
    return [*lines, type(error).__name__]


def _short(filename: str) -> str:
    """The end of a path: enough to find the file, not enough to name a person's folder."""
    parts = Path(filename).parts
    for root in ("site-packages", "src"):
        if root in parts:
            last = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[last + 1 :])
    return parts[-1] if parts else "?"


def _tell(message: str, hint: str) -> None:
    click.echo(_("error: {message}").format(message=message), err=True)
    if hint:
        click.echo(_("hint: {hint}").format(hint=hint), err=True)
