"""passerelle households: by family, by address, now and on a day."""

from __future__ import annotations

from tests.unit.cli.conftest import Shell


def test_households_are_listed_by_family_and_by_address(shop: Shell) -> None:
    by_family = shop.json("households", "list")
    by_address = shop.json("households", "list", "--by", "address")

    assert len(by_family) == 2
    assert len({each["household_id"] for each in by_family}) == 1
    assert {each["profile_id"] for each in by_address} >= {each["profile_id"] for each in by_family}
    address = by_address[0]["address_id"]
    shown = shop.json("households", "show", address)
    assert shown == [each for each in by_address if each["address_id"] == address]


def test_a_household_is_shown_as_it_was_on_a_day(shop: Shell) -> None:
    household = shop.json("households", "list")[0]["household_id"]

    now = shop.json("households", "show", household)
    before = shop.json("households", "show", household, "--as-of", "1999-12-31")

    assert len(now["members"]) == 2
    assert before["members"] == []
    assert shop.json("households", "list", "--as-of", "1999-12-31") == []


def test_what_is_no_id_says_what_to_do(shop: Shell) -> None:
    assert "passerelle households list" in shop.complaint("households", "show", "p_0123456789abc")


def test_a_couple_of_two_names_is_told_by_what_tied_it(shell: Shell) -> None:
    lines = ["N° client;Prénom;Nom;Date de naissance;Adresse;Complément;CP;Ville"]
    told = [("Marie", "Roux", 1980), ("Paul", "Garnier", 1978)]
    for place, (first, last, year) in enumerate(told):
        lines.append(f"C{place};{first};{last};02/03/{year};8 rue Foch;Bât B;29200;Brest")
    file = shell.file("couple.csv", "\n".join(lines))
    shell.run("records", "import", file, "--source", "crm")
    shell.run("profiles", "resolve")

    household = shell.json("households", "list")[0]["household_id"]
    ties = shell.json("households", "show", household)["ties"]

    assert [each["kind"] for each in ties] == ["home_at_address", "couple_at_address"]
    assert len(ties[1]["profiles"]) == 2
