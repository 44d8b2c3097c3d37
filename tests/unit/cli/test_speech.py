"""Help in the language of the person."""

from __future__ import annotations

import click

from passerelle.cli.speech import chosen_language, sentences, speak
from passerelle.kernel.language import use_language


def test_the_option_wins_over_the_setting_and_the_setting_over_the_terminal() -> None:
    environment = {"PASSERELLE_LANGUAGE": "en", "LANG": "fr_FR.UTF-8"}
    assert chosen_language(["--language", "fr"], environment) == "fr"
    assert chosen_language(["match"], environment) == "en"
    assert chosen_language(["match"], {"LANG": "fr_FR.UTF-8"}) == "fr"


def test_a_language_that_is_not_spoken_becomes_english() -> None:
    assert chosen_language([], {"LC_ALL": "de_DE.UTF-8", "LANG": "fr_FR.UTF-8"}) == "en"
    assert chosen_language([], {"LANG": "C.UTF-8"}) == "en"
    assert chosen_language(["--language"], {}) == ""


def test_speaking_twice_starts_from_the_english_each_time() -> None:
    option = click.Option(["--json"], help="Print JSON, for programs.")
    command = click.Command("read", help="Read.", params=[option])
    use_language("fr")
    speak(command)
    use_language("en")
    speak(command)
    assert option.help == "Print JSON, for programs."
    assert {english for _, _, english in sentences(command)} == {"Read.", option.help}
