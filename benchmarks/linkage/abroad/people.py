"""People of other countries, as files there hold them: their headers, formats and habits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from faker import Faker

from benchmarks.linkage.abroad.dirt import (
    born_wrong,
    digit,
    dirty,
    gone,
    initial,
    misread,
    one_of,
    plain,
    slip,
    upper,
    without_a_word,
)

Row = dict[str, str]

NICKNAMES = one_of(
    ("William", "Bill", "Will", "Billy"), ("Robert", "Bob", "Rob"), ("Elizabeth", "Liz", "Beth"),
    ("Michael", "Mike"), ("James", "Jim", "Jimmy"), ("Jennifer", "Jen", "Jenny"),
    ("Christopher", "Chris"), ("Katherine", "Kate", "Kathy"), ("Joseph", "Joe"),
    ("Thomas", "Tom"), ("Margaret", "Maggie", "Peggy"), ("Richard", "Dick", "Rick"),
    ("Patricia", "Pat", "Trish"), ("Matthew", "Matt"), ("Daniel", "Dan", "Danny"),
    ("Anthony", "Tony"), ("Nicholas", "Nick"), ("Rebecca", "Becky"), ("Samantha", "Sam"),
)  # fmt: skip
_STREETS = one_of(
    ("Street", "St", "St."), ("Avenue", "Ave", "Av."), ("Road", "Rd"), ("Drive", "Dr"),
    ("Lane", "Ln"), ("Court", "Ct"), ("Calle", "C/"), ("Avenida", "Avda.", "Av."),
    ("Plaza", "Pza."), ("Via", "V."), ("Viale", "V.le"), ("Piazza", "P.za"),
    ("Rua", "R."), ("ulica", "ul."), ("aleja", "al."),
)  # fmt: skip
_SHORT_STREETS = (("straße", "str."), ("Straße", "Str."), ("strasse", "str."), ("straat", "str."))
_FAMILIES = 0.2  # share of people who live with the one before them
_MOVED = 0.1  # share of further records from another address
_CHANGED_NAME = 0.02


@dataclass(frozen=True)
class Person:
    """Somebody, in the words of the country."""

    first: str
    middle: str
    last: str
    second_last: str
    sex: str
    born: date
    line: str
    town: str
    code: str
    region: str
    phone: str
    mail: str


@dataclass(frozen=True)
class Country:
    """How one country's file looks.

    write: a row of a person, before errors are made in it.
    """

    name: str
    locale: str
    write: Callable[[random.Random, Person], Row]
    particles: tuple[str, ...] = ()


def people(country: Country, count: int, seed: int) -> list[Person]:
    """So many people, some of them families at one address."""
    chance, fake = random.Random(seed), Faker(country.locale)
    fake.seed_instance(seed)
    found: list[Person] = []
    for _number in range(count):
        person = _person(country, chance, fake)
        if found and chance.random() < _FAMILIES:
            home = found[-1]
            person = replace(
                person, last=home.last, line=home.line, town=home.town, code=home.code,
                region=home.region, phone=chance.choice((home.phone, person.phone)),
            )  # fmt: skip
        found.append(person)
    return found


def rows(country: Country, count: int, seed: int) -> list[tuple[int, Row]]:
    """Records of people: one of most, two to four of some, each with its own errors."""
    chance, fake = random.Random(seed + 1), Faker(country.locale)
    fake.seed_instance(seed + 1)
    told = []
    for number, person in enumerate(people(country, count, seed)):
        for copy in range(chance.choices((1, 2, 3, 4), (55, 30, 10, 5))[0]):
            seen = _seen(country, chance, fake, person) if copy else person
            told.append((number, country.write(chance, seen)))
    return told


def _person(country: Country, chance: random.Random, fake: Faker) -> Person:
    sex = chance.choice("MF")
    first = fake.first_name_male if sex == "M" else fake.first_name_female
    last = fake.last_name()
    if country.particles and chance.random() < 0.3:
        last = f"{chance.choice(country.particles)} {last.split()[-1]}"
    given = first()
    user = plain(chance, f"{given}.{last.split()[-1]}").lower().replace(" ", "")
    return Person(
        first=given, middle=first(), last=last, second_last=fake.last_name(), sex=sex,
        born=date(1935, 1, 1) + timedelta(chance.randrange(72 * 365)),
        line=fake.street_address().strip(), town=fake.city(), code=fake.postcode(),
        region=fake.state_abbr() if country.locale == "en_US" else "",
        phone="".join(letter for letter in fake.numerify("6########")),
        mail=f"{user}{chance.choice(('', chance.randint(1, 99)))}@{fake.free_email_domain()}",
    )  # fmt: skip


def _seen(country: Country, chance: random.Random, fake: Faker, person: Person) -> Person:
    """A person as another file has them: with slips, gaps, moves and other numbers."""
    name = ((0.06, slip), (0.02, misread))
    seen = replace(
        person,
        first=dirty(chance, person.first, *name, (0.15, NICKNAMES), (0.03, initial)),
        last=dirty(chance, person.last, *name, (0.05, without_a_word), (0.1, plain)),
        middle=dirty(chance, person.middle, (0.3, gone), (0.3, initial)),
        second_last=dirty(chance, person.second_last, (0.2, gone), (0.05, slip)),
        born=born_wrong(chance, person.born) if chance.random() < 0.06 else person.born,
        line=dirty(
            chance, _short(chance, person.line), (0.3, _STREETS), (0.08, slip), (0.05, gone)
        ),
        town=dirty(chance, person.town, (0.05, slip), (0.03, gone)),
        code=dirty(chance, person.code, (0.03, digit), (0.04, gone)),
        phone=dirty(chance, person.phone, (0.05, digit)),
        mail=dirty(chance, person.mail, (0.05, slip), (0.25, gone)),
    )
    if chance.random() < _CHANGED_NAME:
        seen = replace(seen, last=fake.last_name())
    if chance.random() < 0.02:
        seen = replace(seen, first=seen.last, last=seen.first)
    if chance.random() < 0.15:
        seen = replace(seen, phone=fake.numerify("6########"))
    if chance.random() < _MOVED:
        seen = replace(
            seen, line=fake.street_address().strip(), town=fake.city(), code=fake.postcode()
        )
    return seen


def _short(chance: random.Random, line: str) -> str:
    for long, short in _SHORT_STREETS:
        if long in line and chance.random() < 0.5:
            return line.replace(long, short)
    return line


def _maybe(chance: random.Random, share: float, text: str) -> str:
    return text if chance.random() < share else ""


def _phone(chance: random.Random, number: str, code: str) -> str:
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    return chance.choice(
        (number, f"0{number}", f"+{code} {spaced}", f"+{code}{number}", f"00{code}{number}",
         f"0{number[:2]}-{number[2:]}", f"(0{number[:2]}) {number[2:]}", f"+{code} (0) {spaced}")
    )  # fmt: skip


def german_patient(chance: random.Random, who: Person) -> Row:
    """A clinic's list: name, birth date, sex and nothing else."""
    title = chance.choices(("", "Dr. ", "Prof. Dr. "), (90, 8, 2))[0]
    return {
        "Nachname": title + (who.last if chance.random() < 0.7 else who.last.upper()),
        "Vorname": who.first,
        "Geburtsdatum": f"{who.born:%d.%m.%Y}",
        "Geschlecht": _maybe(chance, 0.95, "männlich" if who.sex == "M" else "weiblich"),
    }


def german_customer(chance: random.Random, who: Person) -> Row:
    """A mail-order house's file."""
    *street, number = who.line.split() if " " in who.line else (who.line, "")
    return {
        "Anrede": "Herr" if who.sex == "M" else "Frau",
        "Vorname": who.first,
        "Familienname": who.last,
        "Straße": " ".join(street),
        "Hausnummer": number,
        "PLZ": who.code,
        "Wohnort": who.town,
        "Telefon": _maybe(chance, 0.7, _phone(chance, who.phone, "49")),
        "E-Mail-Adresse": _maybe(chance, 0.6, who.mail),
    }


def spanish(chance: random.Random, who: Person) -> Row:
    """Two surnames in one cell, or in the order of a form."""
    return {
        "Nombre": who.first,
        "Apellidos": f"{who.last} {who.second_last}".strip(),
        "Fecha de nacimiento": _maybe(chance, 0.85, f"{who.born:%d/%m/%Y}"),
        "Dirección": who.line,
        "Código postal": who.code,
        "Población": who.town,
        "Teléfono móvil": _maybe(chance, 0.7, _phone(chance, who.phone, "34")),
        "Correo electrónico": _maybe(chance, 0.5, who.mail),
    }


def italian(chance: random.Random, who: Person) -> Row:
    """Capitals, as registers have them."""
    row = {
        "Cognome": who.last,
        "Nome": who.first,
        "Data di nascita": f"{who.born:%d-%m-%Y}",
        "Sesso": who.sex,
        "Indirizzo": who.line,
        "CAP": who.code,
        "Comune": who.town,
        "Cellulare": _maybe(chance, 0.5, _phone(chance, who.phone, "39")),
    }
    return {name: upper(chance, cell) for name, cell in row.items()}


def polish(chance: random.Random, who: Person) -> Row:
    """With diacritics in one file, without in another."""
    row = {
        "Imię": who.first,
        "Nazwisko": who.last,
        "Data urodzenia": f"{who.born:%Y-%m-%d}",
        "Ulica": who.line,
        "Kod pocztowy": who.code,
        "Miejscowość": who.town,
        "Telefon": _maybe(chance, 0.6, _phone(chance, who.phone, "48")),
    }
    if chance.random() < 0.4:
        return {name: plain(chance, cell).replace("ł", "l") for name, cell in row.items()}
    return row


def dutch(chance: random.Random, who: Person) -> Row:
    """A particle in a cell of its own, where somebody filled it."""
    *particle, last = who.last.split()
    is_split = chance.random() < 0.6
    return {
        "Voornaam": who.first if chance.random() < 0.8 else initial(chance, who.first),
        "Tussenvoegsel": " ".join(particle) if is_split else "",
        "Achternaam": last if is_split else who.last,
        "Geboortedatum": _maybe(chance, 0.8, f"{who.born:%d-%m-%Y}"),
        "Adres": who.line,
        "Postcode": who.code if chance.random() < 0.5 else who.code[:4] + " " + who.code[4:],
        "Woonplaats": who.town,
        "Telefoonnummer": _maybe(chance, 0.7, _phone(chance, who.phone, "31")),
    }


def american_voter(chance: random.Random, who: Person) -> Row:
    """A county's roll, in capitals, with states and ZIP+4."""
    more = f"-{chance.randint(1000, 9999)}" if chance.random() < 0.3 else ""
    row = {
        "NAME_LAST": who.last,
        "NAME_FIRST": who.first,
        "NAME_MIDDLE": who.middle,
        "SUFFIX": chance.choices(("", "JR", "SR"), (94, 4, 2))[0],
        "SEX_CODE": who.sex,
        "BIRTH_DT": f"{who.born:%m/%d/%Y}",
        "RES_STREET_ADDRESS": who.line,
        "RES_CITY": who.town,
        "RES_STATE": who.region,
        "RES_ZIP": who.code + more if who.code else "",
    }
    return {name: upper(chance, cell) for name, cell in row.items()}


def american_customer(chance: random.Random, who: Person) -> Row:
    """A shop's export."""
    number = f"2{who.phone}"
    phone = chance.choice(
        (f"({number[:3]}) {number[3:6]}-{number[6:]}", f"+1{number}", number,
         f"{number[:3]}.{number[3:6]}.{number[6:]}", f"1-{number[:3]}-{number[3:6]}-{number[6:]}")
    )  # fmt: skip
    return {
        "Full Name": f"{who.first} {who.last}",
        "Address": who.line,
        "City": who.town,
        "State": who.region,
        "ZIP": who.code,
        "Phone": _maybe(chance, 0.8, phone),
        "Email": _maybe(chance, 0.6, who.mail),
    }


def british(chance: random.Random, who: Person) -> Row:
    """With titles and postcodes written in both ways."""
    return {
        "Title": chance.choice(("Mr", "Dr") if who.sex == "M" else ("Mrs", "Ms", "Miss")),
        "Forename": who.first,
        "Surname": who.last,
        "Address Line 1": who.line.replace("\n", ", "),
        "Post Town": who.town,
        "Postcode": who.code if chance.random() < 0.7 else who.code.replace(" ", "").lower(),
        "Date of Birth": _maybe(chance, 0.7, f"{who.born:%d %b %Y}"),
        "Mobile No": _maybe(chance, 0.6, _phone(chance, who.phone, "44")),
    }


def arabic(chance: random.Random, who: Person) -> Row:
    """In Arabic script, whose letters are spelt in more than one way."""
    spelt = ("أ", "ا"), ("إ", "ا"), ("ة", "ه"), ("ى", "ي"), ("آ", "ا")
    first, last = who.first, who.last
    for one, other in spelt:
        if chance.random() < 0.5:
            first, last = first.replace(one, other), last.replace(one, other)
    return {
        "الاسم الأول": first,
        "اسم العائلة": last,
        "تاريخ الميلاد": _maybe(chance, 0.85, f"{who.born:%d/%m/%Y}"),
        "رقم الجوال": _maybe(chance, 0.8, _phone(chance, who.phone, "966")),
    }


def portuguese(chance: random.Random, who: Person) -> Row:
    """A whole name of three or four words, of which some are left out."""
    middle = who.middle if who.middle and "." not in who.middle else ""
    names = [who.first, middle, who.second_last, who.last]
    return {
        "Nome completo": " ".join(name for name in names if name),
        "Data de nascimento": _maybe(chance, 0.9, f"{who.born:%d/%m/%Y}"),
        "Morada": who.line,
        "Código postal": who.code,
        "Localidade": who.town,
        "Telemóvel": _maybe(chance, 0.7, _phone(chance, who.phone, "351")),
    }


COUNTRIES = (
    Country("german-patients", "de_DE", german_patient, ("von", "zu", "van")),
    Country("german-customers", "de_DE", german_customer, ("von",)),
    Country("spanish", "es_ES", spanish, ("de", "de la")),
    Country("italian", "it_IT", italian, ("De", "Di", "La")),
    Country("polish", "pl_PL", polish),
    Country("dutch", "nl_NL", dutch, ("van", "de", "van der", "van den", "ter")),
    Country("american-voters", "en_US", american_voter),
    Country("american-customers", "en_US", american_customer),
    Country("british", "en_GB", british),
    Country("arabic", "ar_SA", arabic),
    Country("portuguese", "pt_PT", portuguese),
)
