"""The frame of a page: both languages, one shown, and all that it needs within it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from string import Template

from passerelle.kernel.language import LANGUAGES, _, current_language, use_language


@dataclass(frozen=True)
class Article:
    """A report in one language: texts, then HTML that is already safe.

    eyebrow, title, headline, footer: texts. facts: items of a list. sections: in their order.
    """

    eyebrow: str
    title: str
    headline: str
    footer: str
    facts: str
    sections: Sequence[str]


def render_page(title: str, write: Callable[[], Article], *, style: str = "") -> str:
    """A page in the language in use first, and in the other by a switch.

    Args:
        title: Of the window, in the language in use.
        write: Makes the article in the language that is in use when it is called.
        style: CSS of this page beside that of all pages.
    """
    chosen = current_language()
    try:
        articles = [_article(write, language) for language in LANGUAGES]
    finally:
        use_language(chosen)
    return _template("report.html").substitute(
        language=chosen,
        title=escape(title),
        style=_file("report.css") + style,
        skip=escape(_("Go to the report")),
        switches="\n".join(_switch(language, language == chosen) for language in LANGUAGES),
        articles="\n".join(articles),
    )


def language_name(language: str) -> str:
    """A language in its own words.

    >>> language_name("fr")
    'Français'
    """
    return {"en": "English", "fr": "Français"}[language]


def _article(write: Callable[[], Article], language: str) -> str:
    use_language(language)
    made = write()
    return _template("article.html").substitute(
        language=language,
        eyebrow=escape(made.eyebrow),
        title=escape(made.title),
        headline=escape(made.headline),
        facts=made.facts,
        sections="\n".join(made.sections),
        footer=escape(made.footer),
    )


def _switch(language: str, is_chosen: bool) -> str:
    checked = " checked" if is_chosen else ""
    return (
        f'<input type="radio" name="language" id="language-{language}"{checked}>'
        f'<label for="language-{language}" lang="{language}">{language_name(language)}</label>'
    )


@cache
def _file(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _template(name: str) -> Template:
    return Template(_file(name))
