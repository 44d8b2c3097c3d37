"""French or English: the language a person reads, chosen by the entry point.

Sources are written in English; `locale/fr/LC_MESSAGES/passerelle.po` holds the French, and a
test finds every sentence that has none.
"""

from __future__ import annotations

import gettext as _gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr")

_DOMAIN = "passerelle"
_LOCALE = Path(__file__).parent.parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="en")


def use_language(language: str) -> None:
    """Speak this language from now on, in this thread or task; English if we do not know it."""
    _language.set(language if language in LANGUAGES else "en")


def current_language() -> str:
    """The language in use: `en` or `fr`."""
    return _language.get()


def _(text: str) -> str:
    """The sentence in the language in use."""
    return _catalogue(_language.get()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The singular or the plural of a sentence, in the language in use."""
    return _catalogue(_language.get()).ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - the name gettext's tools look for
    """Mark a sentence for translation where it is defined; `_` translates it where it is shown."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as N_
    """Mark a singular and its plural for translation; `ngettext` translates them where shown."""
    return one, many


def lend_sentences() -> None:
    """Let libraries that speak through Python's gettext, such as click, find their French here.

    They speak the language of the environment's `LANGUAGE`, which the entry point sets.
    """
    _gettext.bindtextdomain(_DOMAIN, _LOCALE)
    _gettext.textdomain(_DOMAIN)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation(_DOMAIN, _LOCALE, [language], fallback=True)
