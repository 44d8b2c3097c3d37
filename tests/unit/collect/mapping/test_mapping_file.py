"""The mapping as a file that a person corrects and gives back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.collect.fields import RECORD_FIELDS
from passerelle.collect.mapping import ColumnMapping, Mapping, parse_mapping, read_mapping
from passerelle.kernel import InvalidInput

MAPPING = Mapping(
    kind="records",
    columns=(
        ColumnMapping("N° client", "customer_number", 0.95, "Its name says so."),
        ColumnMapping("N° client", "record_key", 0.7, "It tells every row from every other."),
        ColumnMapping('Le "gros" mail', "email", 0.9, "…"),
        ColumnMapping("Couleur", None, 0.0, "Nothing known."),
    ),
    layout=None,
    date_order="mdy",
    namespace="boutique",
)


def test_a_mapping_written_out_is_read_back(tmp_path: Path) -> None:
    # given
    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING.to_toml(), encoding="utf-8")

    # when
    back = read_mapping(file)

    # then
    assert [(c.column, c.field) for c in back.columns] == [
        (c.column, c.field) for c in MAPPING.columns
    ]
    assert (back.date_order, back.namespace, back.kind) == ("mdy", "boutique", "records")


def test_the_file_explains_every_field_it_may_name() -> None:
    text = MAPPING.to_toml()

    assert all(f"#   {field} " in text for field in RECORD_FIELDS)
    assert "95 %: Its name says so." in text


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8, unique=True))
def test_any_name_of_a_column_survives_the_file(names: list[str]) -> None:
    import tomllib

    columns = tuple(ColumnMapping(name, "email", 1.0, name) for name in names)
    text = Mapping("records", columns).to_toml()

    assert [c.column for c in parse_mapping(tomllib.loads(text)).columns] == names


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('kind = "clients"', "'clients' for 'kind'", "records, receipts"),
        ('colonnes = "x"', "'colonnes'", "kind, layout, date_order"),
        ('date_order = "jma"\n[columns]\na = "email"', "'jma' for 'date_order'", "dmy, mdy, ymd"),
        ('[columns]\nCourriel = "mail"', "'mail' for 'Courriel'", "email_2"),
        ("[columns]\nCourriel = 3", "3 for 'Courriel'", "email_2"),
        ('[columns]\nCourriel = [["email"]]', "for 'Courriel'", "email_2"),
        ('kind = "records"', "has no [columns]", "Courriel"),
        ("[columns", "is not valid TOML", "between quotes"),
        ('namespace = 3\n[columns]\na = "email"', "a text for 'namespace'", "quotes"),
    ],
)
def test_an_error_names_the_key_and_says_what_it_may_be(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidInput) as caught:
        read_mapping(file)

    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_missing_mapping_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_mapping(tmp_path / "absent.toml")

    assert "--save-mapping" in caught.value.hint
