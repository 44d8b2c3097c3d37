"""Writes a report as a page, where the person asked for it."""

from __future__ import annotations

from pathlib import Path

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _


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
