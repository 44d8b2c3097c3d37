from pathlib import Path

import pytest

from passerelle.collect import read_blocked_values
from passerelle.kernel import Misconfigured


def test_values_are_blocked_in_whatever_way_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "blocked.toml"
    file.write_text('email = ["Caisse@Boutique.FR "]\nphone = ["01 99 00 12 34"]\n', "utf-8")

    blocked = read_blocked_values(file)

    assert blocked == {"email": {"caisse@boutique.fr"}, "phone": {"+33199001234"}}


def test_without_a_file_nothing_more_is_blocked(tmp_path: Path) -> None:
    assert read_blocked_values(tmp_path / "blocked.toml") == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("email = [", "not valid TOML"),
        ('mail = ["a@b.fr"]', "no such identifier type: mail"),
        ('email = ["marie dupont@b.fr"]', "1 of the values under email"),
    ],
)
def test_a_mistake_is_named_without_showing_a_value(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "blocked.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(Misconfigured) as error:
        read_blocked_values(file)

    assert told in error.value.message
    assert "dupont" not in error.value.message
