"""How templates are filled in: everything is escaped, and a misspelt name is an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from django.urls import reverse
from jinja2 import Environment, PackageLoader, StrictUndefined

from passerelle.kernel.language import LANGUAGES, _, current_language, ngettext
from passerelle.pages import long_date


@cache
def read_style() -> bytes:
    """The style of all pages."""
    return (resources.files("passerelle.portal") / "web/static/page.css").read_bytes()


def make_environment(**options: Any) -> Environment:
    """The environment of the templates, as Django asks for it."""
    options.update(
        loader=PackageLoader("passerelle.portal.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Escaping is on, above.
    environment = Environment(**options)  # noqa: S701 # nosec B701
    functions: dict[str, Callable[..., Any]] = {
        "_": _,
        "ngettext": ngettext,
        "address": reverse,
        "language": current_language,
    }
    environment.globals.update(
        functions, languages=LANGUAGES, style_version=sha256(read_style()).hexdigest()[:12]
    )
    environment.filters.update(day=_day, amount=_amount, sentence=_sentence)
    return environment


def _day(instant: datetime) -> str:
    return long_date(instant.date())


def _sentence(text: str) -> str:
    """A text with a capital at its beginning; SMS stays SMS."""
    return text[:1].upper() + text[1:]


def _amount(cents: int, currency: str) -> str:
    written = f"{cents / 100:,.2f}"
    if current_language() == "fr":
        written = written.replace(",", "\u202f").replace(".", ",")
    return f"{written}\u00a0{'€' if currency == 'EUR' else currency}"
