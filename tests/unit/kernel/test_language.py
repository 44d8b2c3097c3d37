"""Sentences in the language of the person, and the French that the product ships."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import passerelle
from passerelle.kernel.language import (
    LANGUAGES,
    N_,
    NN_,
    _,
    current_language,
    lend_sentences,
    ngettext,
    use_language,
)

CATALOGUE = Path(passerelle.__file__).parent / "locale/fr/LC_MESSAGES/passerelle.po"
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# What people type or click on is called the same in every language.
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
VARIABLE = re.compile(r"\b(?:PASSERELLE|AWS)_[A-Z_]+\b")
COMMAND = re.compile(r"\bpasserelle (?:records|receipts|events|quarantine|profiles|match|doctor)\b")


@pytest.fixture(autouse=True)
def _language_put_back() -> Iterator[None]:
    before = current_language()
    yield
    use_language(before)


def texts(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def entries() -> list[Message]:
    with CATALOGUE.open("rb") as stream:
        return [entry for entry in read_po(stream, locale="fr") if entry.id]


def pairs() -> list[tuple[str, str]]:
    """Each English text beside its French; singulars with singulars, plurals with plurals."""
    return [
        pair
        for entry in entries()
        for pair in zip(texts(entry.id), texts(entry.string), strict=True)
    ]


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    return sorted(pattern.findall(text))


def test_a_person_reads_their_language() -> None:
    use_language("fr")
    assert _("yes") == "oui"
    use_language("en")
    assert _("yes") == "yes"


def test_a_language_that_is_not_spoken_becomes_english() -> None:
    use_language("de")
    assert current_language() == "en"
    assert _("yes") == "yes"


def test_a_sentence_without_french_is_said_in_english() -> None:
    use_language("fr")
    assert _("A sentence that nobody says.") == "A sentence that nobody says."
    assert ngettext("{count} unheard thing", "{count} unheard things", 2) == (
        "{count} unheard things"
    )


@pytest.mark.parametrize(("count", "english", "french"), [
    (0, "0 rows dropped.", "0 ligne abandonnée."),
    (1, "1 row dropped.", "1 ligne abandonnée."),
    (2, "2 rows dropped.", "2 lignes abandonnées."),
])  # fmt: skip
def test_zero_is_plural_in_english_and_singular_in_french(
    count: int, english: str, french: str
) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        use_language(language)
        said = ngettext("{count} row dropped.", "{count} rows dropped.", count)
        assert said.format(count=count) == expected


def test_marking_a_sentence_leaves_it_as_it_is() -> None:
    use_language("fr")
    assert N_("yes") == "yes"
    assert NN_("{count} row dropped.", "{count} rows dropped.")[0] == "{count} row dropped."


def test_libraries_that_speak_through_gettext_find_their_french(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lend_sentences()
    monkeypatch.setenv("LANGUAGE", "fr")
    assert gettext.gettext("required") == "obligatoire"
    monkeypatch.setenv("LANGUAGE", "en")
    assert gettext.gettext("required") == "required"


def test_every_sentence_is_translated_for_good() -> None:
    assert [entry.id for entry in entries() if entry.fuzzy or not all(texts(entry.string))] == []


def test_the_french_fills_in_the_same_values_as_the_english() -> None:
    assert [
        (english, french)
        for english, french in pairs()
        if set(found(PLACEHOLDER, english)) != set(found(PLACEHOLDER, french))
    ] == []


@pytest.mark.parametrize("pattern", [OPTION, VARIABLE, COMMAND], ids=lambda p: p.pattern[-12:])
def test_the_french_names_the_same_options_variables_and_commands(pattern: re.Pattern[str]) -> None:
    assert [
        (english, french)
        for english, french in pairs()
        if set(found(pattern, english)) != set(found(pattern, french))
    ] == []


def test_no_line_of_french_begins_with_its_punctuation() -> None:
    # A plain space before these lets a line break there; French asks for one that does not.
    assert [french for _english, french in pairs() if re.search(r" [;:!?»%]|« ", french)] == []


def test_french_has_its_spaces_before_punctuation() -> None:
    attached = re.compile(r"\w[;!?]|\w:(?:\s|$)")  # a colon within an id or an address stays
    assert [
        french
        for _english, french in pairs()
        if attached.search(PLACEHOLDER.sub("0 ", french).replace("mailto:", ""))
    ] == []


def test_french_holds_no_character_that_is_not_text() -> None:
    odd = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffd]| {2}")
    assert [french for _english, french in pairs() if odd.search(french)] == []


def test_french_ends_as_its_english_does() -> None:
    def end(text: str) -> str:
        last = text[-1:]
        return last if last in ".?:" else ""

    abbreviated = {("Mr", "M.")}
    assert [(e, f) for e, f in pairs() if end(e) != end(f) and (e, f) not in abbreviated] == []
