from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.postal import AddressFields, standardize_address

WORDS = [
    "12",
    "12bis",
    "3",
    "75011",
    "69002",
    "PARIS",
    "LYON",
    "Saint-Étienne",
    "rue",
    "de",
    "la",
    "av",
    "bd",
    "place",
    "Bât",
    "B",
    "appt",
    "4",
    "esc",
    "résidence",
    "les",
    "Lilas",
    "BP",
    "CS",
    "40001",
    "CEDEX",
    "07",
    "-",
    ",",
    "(",
    ")",
    "chez",
    "Durand",
    "3e",
    "étage",
    "ZI",
    "VC",
    "8",
    "mai",
    "1945",
    "St",
    "Gal",
    "D900",
    "lieu-dit",
    "Bourg",
    "n°",
    "é",
    "Ж",
    "12-14",
    "et",
]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("12 rue des Lilas 75011 Paris", ("", "", "", "12 RUE DES LILAS", "", "75011 PARIS")),
        ("bat B, 12bis av du gal leclerc 75011PARIS", ("", "", "BATIMENT B", "12 BIS AVENUE DU GENERAL LECLERC", "", "75011 PARIS")),
        ("PARIS 75011 12 RUE OBERKAMPF", ("", "", "", "12 RUE OBERKAMPF", "", "75011 PARIS")),
        ("75011 PARIS\n12 RUE OBERKAMPF", ("", "", "", "12 RUE OBERKAMPF", "", "75011 PARIS")),
        ("Appt 12 Esc 3 Bât B Résidence Les Acacias 12 rue du Bâtiment 69003 Lyon",
         ("", "APPARTEMENT 12 ESCALIER 3", "BATIMENT B RESIDENCE LES ACACIAS", "12 RUE DU BATIMENT", "", "69003 LYON")),
        ("BP 12, rue de Paris 69002 LYON CEDEX 02", ("", "", "", "RUE DE PARIS", "BP 12", "69002 LYON CEDEX 02")),
        ("88 VC 8 route de la Gare 33000 Bordeaux", ("", "", "", "88 VC 8 ROUTE DE LA GARE", "", "33000 BORDEAUX")),
        ("3 et 5 rue du 8 Mai 1945 59000 LILLE", ("", "", "", "3 ET 5 RUE DU 8 MAI 1945", "", "59000 LILLE")),
        ("chez M. Durand 3e étage gauche 4 place de la Résidence 13008 MARSEILLE",
         ("", "CHEZ M DURAND 3E ETAGE GAUCHE", "", "4 PLACE DE LA RESIDENCE", "", "13008 MARSEILLE")),
        ("Le Bourg 64120 Ostabat-Asme", ("", "", "", "LE BOURG", "", "64120 OSTABAT ASME")),
        ("lieu-dit Kerbihan 56300 Pontivy", ("", "", "", "", "LIEU DIT KERBIHAN", "56300 PONTIVY")),
        ("3 plcae de l'Église 44190 Gorges", ("", "", "", "3 PLACE DE L EGLISE", "", "44190 GORGES")),
        ("12 rue du CafÃ© 34000 MONTPELLIER FRANCE", ("", "", "", "12 RUE DU CAFE", "", "34000 MONTPELLIER")),
        ("12 avenue Princesse Grace 98000 MONACO", ("", "", "", "12 AVENUE PRINCESSE GRACE", "", "98000 MONACO")),
        ("12 RUE DES LILAS RESIDENCE LES ACACIAS BAT C 31000 TOULOUSE",
         ("", "", "RESIDENCE LES ACACIAS BATIMENT C", "12 RUE DES LILAS", "", "31000 TOULOUSE")),
    ],
)  # fmt: skip
def test_an_address_is_written_in_six_lines_in_whatever_order_it_came(
    text: str, lines: tuple[str, ...]
) -> None:
    assert standardize_address(text).lines == lines


def test_a_street_is_shortened_only_where_it_is_too_long() -> None:
    long = standardize_address(
        "12 boulevard du Maréchal Jean de Lattre de Tassigny 92100 Boulogne-Billancourt"
    )
    assert long.lines[3] == "12 BD MAL J DE LATTRE DE TASSIGNY"
    assert long.street == "BOULEVARD DU MARECHAL JEAN DE LATTRE DE TASSIGNY"


def test_a_street_called_after_a_town_leaves_the_town_to_the_postcode() -> None:
    address = standardize_address("12 rue de Paris 59000")
    assert (address.street, address.reason) == ("RUE DE PARIS", "town_unsure")
    assert "Lille" in {each.city for each in address.alternatives}


def test_a_country_abroad_keeps_its_lines_as_they_are() -> None:
    address = standardize_address("Rue de la Loi 16, 1000 Bruxelles, Belgique")
    assert (address.country, address.postcode, address.city) == ("BE", "1000", "Bruxelles")
    assert address.lines[3:] == ("Rue de la Loi 16", "1000 BRUXELLES", "BELGIQUE")


def test_a_town_with_the_name_of_a_country_stays_in_france() -> None:
    assert standardize_address("1 place de la Mairie, 56700, Sainte-Hélène").insee_code == "56220"


@pytest.mark.parametrize(
    ("text", "line_6"),
    [
        ("56 rue de l'Avenir 52200 Saint-Maurice", "52200 ST MAURICE"),
        ("86 rue Basse 10220 BOUY LUXEMBOURG", "10220 BOUY LUXEMBOURG"),
        ("Guewenheim (68116), 20 rue Saint-Maurice", "68116 GUEWENHEIM"),
    ],
)
def test_a_town_or_street_that_ends_like_a_country_stays_in_france(text: str, line_6: str) -> None:
    assert standardize_address(text).lines[5] == line_6


@pytest.mark.parametrize(
    ("text", "line_6"),
    [
        ("12 rue de Paris\n1000 Bourg-en-Bresse", "01000 BOURG EN BRESSE"),
        ("4 rue Y, 1160 PONT D AIN", "01160 PONT D AIN"),
        ("3 place Masséna 6000 Nice", "06000 NICE"),
        ("2440 Bide-Nagusia, Saint-Esteben", "64640 ST ESTEBEN"),
    ],
)
def test_a_postcode_that_lost_its_zero_is_told_from_a_house_number(text: str, line_6: str) -> None:
    assert standardize_address(text).lines[5] == line_6


@pytest.mark.parametrize(
    ("text", "insee_code"),
    [
        ("Celles (24600), Le Bourg", "24090"),
        ("Breteuil-sur-Noye (60120), 2 rue Raoul-Huchez", "60104"),
        ("4 place William-Poivre, Doingt-Flamicourt", "80240"),
    ],
)
def test_a_town_is_found_where_it_stands_and_as_its_name_goes_on(
    text: str, insee_code: str
) -> None:
    assert standardize_address(text).insee_code == insee_code


def test_a_phone_number_is_set_aside_and_not_lost() -> None:
    address = standardize_address("12 rue Victor Hugo 75016 Paris Tél : 01 45 41 12 34")
    assert address.lines[5] == "75016 PARIS"
    assert "01 45 41 12 34" in " ".join(address.unread)


def test_pieces_are_put_in_their_order() -> None:
    fields = AddressFields(
        house_number="12", street="rue X", complement="Bât B", postcode="69003", city="Lyon"
    )
    assert standardize_address(fields).lines == ("", "", "BATIMENT B", "12 RUE X", "", "69003 LYON")


def test_display_keeps_case_accents_and_hyphens() -> None:
    address = standardize_address(
        "12 av. du Général-de-Gaulle 42100 saint-étienne", style="display"
    )
    assert address.lines[3] == "12 Avenue du Général-de-Gaulle"


@pytest.mark.parametrize("word", ["APT", "BAT", "ETAGE", "PAVILLON"])
def test_a_complement_in_front_changes_no_street(word: str) -> None:
    address = standardize_address(f"{word} 21 RUE HENRI MATISSE, 68100 MULHOUSE")
    assert (address.house_number, address.street) == ("21", "RUE HENRI MATISSE")


@pytest.mark.parametrize(
    ("text", "line_4"),
    [
        ("chez Mme Durand 16 route Nationale 08090 Cliron", "16 ROUTE NATIONALE"),
        ("2e étage 2, rue des Marnières 28270 Saint-Lubin-de-Cravant", "2 RUE DES MARNIERES"),
        ("12 route nationale 7 84150 Jonquières", "12 ROUTE NATIONALE 7"),
        ("24 Grande Rue", "24 GRANDE RUE"),
        ("Apt 3 1125 Plazako Bidea 64780 Bidarray", "1125 PLAZAKO BIDEA"),
        ("3ème étage porte 2 Entrée A 1 Au Village 32110 Urgosse", "1 AU VILLAGE"),
        ("Hameau de Roy Résidence les Lilas porte 2 60690 Roy-Boissy", "HAMEAU DE ROY"),
        ("Apt 3 bat 3, Place de la Mairie 04250 Clamensane", "PLACE DE LA MAIRIE"),
        ("17 Rue de l'Hotel de Ville", "17 RUE DE L HOTEL DE VILLE"),
        ("17 rue Carnot Le Havre", "17 RUE CARNOT"),
    ],
)
def test_a_number_goes_with_the_street_behind_it(text: str, line_4: str) -> None:
    assert standardize_address(text).lines[3] == line_4


@pytest.mark.parametrize(
    "text",
    [
        "Washington, 1600 DC 20500, NW, SUISSE USA é 00100 Pennsylvania Avenue",
        "2e étage . Entrée 12 A 2 rue de la Chapelle 70120 La Rochelle",
        "1 place dela airie Entée A chez Mme Durand 50600 Les Loges-Marchis",
        "16390 Nabinaud 6 Route de Saint Séverin CS",
        f"{'Rue de la Longue Haie aux Chênes ' * 4}16, B-1000 Bruxelles, Belgique",
    ],
)
def test_what_is_unclear_is_settled(text: str) -> None:
    lines = standardize_address(text).lines
    assert standardize_address("\n".join(filter(None, lines))).lines == lines


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=80))
def test_lines_fit_and_are_read_as_themselves(text: str) -> None:
    address = standardize_address(text)
    assert len(address.lines) == 6
    assert max(map(len, address.lines)) <= 38
    assert standardize_address("\n".join(filter(None, address.lines))).lines == address.lines


@pytest.mark.parametrize(
    "text", ["9" * 100_000, "12 rue " * 150_000, "a-" * 50_000, "( " * 50_000, "é" * 100_000]
)
def test_hostile_cells_are_cut_and_kept(text: str) -> None:
    address = standardize_address(text)
    assert sum(map(len, address.unread)) + sum(map(len, address.lines)) > 250
    assert address.original == text


def test_nothing_of_an_address_is_lost() -> None:
    rng = random.Random(3)
    for _round in range(200):
        words = [
            rng.choice([word for word in WORDS if word.isalpha() and len(word) > 3])
            for _word in range(6)
        ]
        address = standardize_address(" ".join(words))
        said = "".join(
            (*address.lines, *address.unread, address.city, address.street, address.complement)
        ).upper()
        assert all(word.upper()[:3] in said for word in words if word.isascii())


def test_a_person_never_shows_in_a_repr() -> None:
    assert "DURAND" not in repr(standardize_address("chez Durand 12 rue X 75011 Paris")).upper()
