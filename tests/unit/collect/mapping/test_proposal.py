"""What columns mean when no known tool made the file."""

import polars as pl
import pytest

from passerelle.collect.mapping import Mapping, propose_mapping


def proposed(columns: dict[str, list[str | None]], kind: str = "records") -> Mapping:
    sample = pl.DataFrame(
        {name: pl.Series(cells, dtype=pl.String) for name, cells in columns.items()}
    )
    return propose_mapping(tuple(columns), sample, kind=kind)  # type: ignore[arg-type]


def meanings(mapping: Mapping) -> dict[str, str | None]:
    return {c.column: c.field for c in mapping.columns if c.field != "record_key"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Nom", "last_name"),
        ("NOM DE FAMILLE", "last_name"),
        ("Prénom", "first_name"),
        ("prenom_client", "first_name"),
        ("CP", "postcode"),
        ("Code Postal", "postcode"),
        ("Code_postal", "postcode"),
        ("Tél. portable", "phone_mobile"),
        ("N° de portable", "phone_mobile"),
        ("MobilePhone", "phone_mobile"),
        ("GSM", "phone_mobile"),
        ("Tel fixe", "phone_home"),
        ("Téléphone", "phone_home"),
        ("Courriel", "email"),
        ("E-Mail", "email"),
        ("adresse mail", "email"),
        ("Mél", "email"),
        ("Date de naissance", "birth_date"),
        ("Né(e) le", "birth_date"),
        ("Dt naiss.", "birth_date"),
        ("DDN", "birth_date"),
        ("N° client", "customer_number"),
        ("No client", "customer_number"),
        ("Code client", "customer_number"),
        ("CustomerID", "customer_number"),
        ("Carte fidélité", "loyalty_card"),
        ("N° carte fid.", "loyalty_card"),
        ("N° adhérent", "loyalty_card"),
        ("Civilité", "title"),
        ("Civ.", "title"),
        ("Adresse", "address_1"),
        ("Adr 2", "address_2"),
        ("Complément d’adresse", "address_2"),
        ("Lieu-dit", "address_3"),
        ("Ville", "city"),
        ("Pays", "country"),
        ("Société", "company"),
        ("Sexe", "gender"),
        ("Nom de jeune fille", "birth_name"),
        ("Nom et prénom", "full_name"),
        ("Langue", "language"),
        ("Date d'inscription", "created_at"),
        ("Date de création", "created_at"),
        ("Dernière modification", "updated_at"),
        ("Pseudo", "login"),
        ("anonymousId", "cookie"),
        ("IDFA", "mobile_id"),
        ("SHA256 email", "email_sha256"),
    ],
)
def test_people_call_columns_many_names(header: str, field: str) -> None:
    mapping = proposed({header: [None], "autre chose": [None]})

    assert meanings(mapping)[header] == field


@pytest.mark.parametrize(
    "header",
    ["E-mail du commercial", "Propriétaire", "Prénom conjoint", "Opt-in email", "Adresse IP"],
)
def test_a_column_about_someone_or_something_else_is_left_alone(header: str) -> None:
    cells: list[str | None] = ["ines@exemple.fr", "paul@exemple.fr", "zoe@exemple.fr"]

    assert meanings(proposed({header: cells, "Nom": ["A", "B", "C"]}))[header] is None


def test_a_strangely_named_column_is_understood_by_its_cells() -> None:
    # given
    columns: dict[str, list[str | None]] = {
        "column 1": ["a@exemple.fr", "b@exemple.fr", "c@exemple.fr", "d@exemple.fr"],
        "x1": ["0639981234", "06 39 98 12 35", "+33 6 39 98 12 36", "07.00.00.00.01"],
        "x2": ["01 99 00 12 34", "0199001235", "0499001236", "0399001237"],
        "x3": ["75011", "01000", "2A004", "97400"],
        "x4": ["M.", "Mme", "Mlle", "MME"],
        "x5": ["a" * 64, "b" * 64, "0" * 64, "F" * 64],
        "x6": ["bleu", "vert", "rouge", "bleu"],
    }

    # when / then
    assert meanings(proposed(columns)) == {
        "column 1": "email",
        "x1": "phone_mobile",
        "x2": "phone_home",
        "x3": "postcode",
        "x4": "title",
        "x5": "email_sha256",
        "x6": None,
    }


def test_a_name_that_its_cells_deny_is_not_believed() -> None:
    mapping = proposed({"Mail": ["oui", "non", "oui", "non"], "Nom": ["A", "B", "C", "D"]})

    assert meanings(mapping)["Mail"] is None
    assert "0 %" in mapping.columns[0].why


def test_two_columns_of_emails_are_the_first_and_the_second() -> None:
    cells: list[str | None] = ["a@exemple.fr", "b@exemple.fr", "c@exemple.fr"]

    mapping = proposed({"Courriel": cells, "Autre adresse mail": cells})

    assert meanings(mapping) == {"Courriel": "email", "Autre adresse mail": "email_2"}


def test_a_telephone_is_mobile_when_its_numbers_are() -> None:
    mobile: list[str | None] = ["0639981234", "0639981235", "0199001236"]
    landline: list[str | None] = ["0199001234", "0199001235", "0639981236"]

    assert meanings(proposed({"Téléphone": mobile}))["Téléphone"] == "phone_mobile"
    assert meanings(proposed({"Téléphone": landline}))["Téléphone"] == "phone_home"
    both = meanings(proposed({"Téléphone": mobile, "Portable": mobile}))
    assert both == {"Téléphone": "phone_home", "Portable": "phone_mobile"}


def test_a_name_alone_that_holds_both_is_a_full_name() -> None:
    cells: list[str | None] = ["DUPONT Marie", "LE GALL Zoé", "MARTIN Paul"]

    assert meanings(proposed({"Nom": cells}))["Nom"] == "full_name"
    assert meanings(proposed({"Nom": cells, "Prénom": ["A", "B", "C"]}))["Nom"] == "last_name"
    assert meanings(proposed({"Name": cells, "First name": ["A", "B", "C"]}))["Name"] == "last_name"


def test_dates_tell_their_own_order() -> None:
    def order(*cells: str) -> str:
        return proposed({"Date de naissance": list(cells)}).date_order

    assert order("31/12/1980", "01/02/1975", "02/03/1999") == "dmy"
    assert order("12/31/1980", "01/02/1975", "02/03/1999") == "mdy"
    assert order("1980-12-31", "1975-02-01", "1999-03-02") == "ymd"
    assert order("01/02/1975", "02/03/1999", "04/05/2000") == "dmy"


def test_a_number_that_tells_rows_apart_is_their_key() -> None:
    unique = proposed({"N° client": ["1", "2", "3"], "Nom": ["A", "B", "C"]})
    repeated = proposed({"N° client": ["1", "1", "3"], "Nom": ["A", "B", "C"]})

    assert unique.record_key == "N° client"
    assert repeated.record_key is None


def test_receipts_of_a_till_are_understood() -> None:
    mapping = proposed(
        {
            "N° ticket": ["1", "1"],
            "Magasin": ["Lyon", "Lyon"],
            "Date": ["31/12/2024 10:11", "31/12/2024 10:11"],
            "Carte fidélité": ["29", "29"],
            "EAN": ["376", "377"],
            "Libellé": ["Savon", "Crème"],
            "Qté": ["1", "2"],
            "Montant TTC": ["1,50", "2,00"],
            "Remise": ["0", "0"],
        },
        kind="receipts",
    )

    assert meanings(mapping) == {
        "N° ticket": "receipt_id",
        "Magasin": "store_id",
        "Date": "occurred_at",
        "Carte fidélité": "loyalty_card",
        "EAN": "product_id",
        "Libellé": "product_label",
        "Qté": "quantity",
        "Montant TTC": "amount_cents",
        "Remise": "discount_cents",
    }


def test_the_complete_journey_receipts_are_understood() -> None:
    columns = [
        "household_id",
        "store_id",
        "basket_id",
        "product_id",
        "quantity",
        "sales_value",
        "retail_disc",
        "coupon_disc",
        "coupon_match_disc",
        "week",
        "transaction_timestamp",
    ]

    mapping = proposed({name: ["1", "2", "3"] for name in columns}, kind="receipts")

    known = {c.column: c.field for c in mapping.columns if c.field}
    assert known["basket_id"] == "receipt_id"
    assert known["household_id"] == "customer_number"
    assert known["sales_value"] == "amount_cents"
    assert known["transaction_timestamp"] == "occurred_at"
    assert known["retail_disc"] == "discount_cents"
    assert (known["store_id"], known["product_id"], known["quantity"]) == (
        "store_id",
        "product_id",
        "quantity",
    )
