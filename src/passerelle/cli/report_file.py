"""Where results go: not over what is read, and into a folder that is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _


def check_output(out: Path, files: Iterable[Path]) -> None:
    """Look, before the work is done, whether its result can go where the person said.

    Raises:
        InvalidInput: It would replace a file that is read, or its folder does not exist.
    """
    if any(out.resolve() == file.resolve() for file in files):
        raise InvalidInput(
            _("{path} is read, and would be replaced.").format(path=out),
            hint=_("Give --out another name."),
        )
    if not out.absolute().parent.is_dir():
        raise InvalidInput(
            _("There is no folder {folder}.").format(folder=out.absolute().parent),
            hint=_("Make it first, or give --out a file in a folder that exists."),
        )


def write_page(page: str, path: Path, *, option: str) -> None:
    """Write a page of HTML to a file.

    Args:
        page: The page.
        path: Where it goes.
        option: The option that the person named the file by.

    Raises:
        InvalidInput: It cannot be written there.
    """
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            _("The report cannot be written to {path}: {reason}.").format(
                path=path, reason=error.strerror
            ),
            hint=_("Give {option} a file in a folder that you may write to.").format(option=option),
        ) from None
