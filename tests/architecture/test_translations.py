"""Every sentence has its French, and the program reads the French that people write."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.source_code import ROOT
from tools import translations

SENTENCES = "from passerelle.kernel.language import _, N_\nx = N_('Rows')\n_('{count} read')\n"


def made_project(folder: Path, text: str = SENTENCES) -> Path:
    (folder / "src/passerelle").mkdir(parents=True)
    (folder / "src/passerelle/a.py").write_text(text)
    translations.update(folder)
    return folder


def translate(project: Path, english: str, french: str) -> None:
    path = project / translations.CATALOGUE
    catalogue = translations.read_catalogue(path)
    message = catalogue.get(english)
    assert message is not None
    message.string = french
    path.write_bytes(translations.written(catalogue))


def test_every_sentence_has_its_french() -> None:
    assert translations.problems(ROOT) == []


def test_a_sentence_without_french_is_found(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    assert "no French for 'Rows'" in translations.problems(project)


def test_french_that_forgets_a_placeholder_is_found(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    translate(project, "{count} read", "lues")
    found = translations.problems(project)
    assert "other placeholders in the French of '{count} read'" in found


def test_a_compiled_catalogue_that_is_behind_is_found(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    translate(project, "Rows", "Lignes")
    assert "passerelle.mo is not what passerelle.po compiles to" in translations.problems(project)
    translations.update(project)
    found = translations.problems(project)
    assert "no French for 'Rows'" not in found
    assert not [each for each in found if ".mo" in each]


def test_a_sentence_that_is_no_longer_said_is_found_and_leaves(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    (project / "src/passerelle/a.py").write_text("")
    assert "no longer said: 'Rows'" in translations.problems(project)
    translations.update(project)
    assert "no longer said: 'Rows'" not in translations.problems(project)
