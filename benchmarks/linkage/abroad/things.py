"""Things that are no persons, as two lists have them: firms, restaurants, papers."""

from __future__ import annotations

import random

from faker import Faker

from benchmarks.linkage.abroad.dirt import digit, dirty, gone, misread, one_of, slip, without_a_word

Row = dict[str, str]

_FORMS = one_of(
    ("Inc", "Inc.", "Incorporated"), ("Ltd", "Limited", "Ltd."), ("LLC", "L.L.C."),
    ("and", "&"), ("Company", "Co."), ("Corporation", "Corp."),
)  # fmt: skip
_STREETS = one_of(("Street", "St."), ("Avenue", "Ave."), ("Road", "Rd."), ("Boulevard", "Blvd."))
_TRADES = (
    "Plumbing", "Foods", "Logistics", "Textiles", "Systems", "Bakery", "Motors", "Optics",
    "Timber", "Analytics", "Media", "Farms", "Tools", "Energy", "Books",
)  # fmt: skip
_KITCHENS = (
    "american", "italian", "french", "chinese", "steakhouses", "mexican", "delis", "seafood",
    "japanese", "coffee shops", "bbq", "indian",
)  # fmt: skip
_PLACES = ("Cafe", "Grill", "Kitchen", "Bistro", "Diner", "House", "Garden", "Trattoria", "Palace")
_TOPICS = (
    "record linkage", "query optimization", "data streams", "spatial indexing", "web mining",
    "concurrency control", "schema matching", "approximate joins", "semantic caching",
    "view maintenance", "sensor networks", "transaction recovery", "association rules",
    "data warehouses", "text classification", "graph databases", "top-k retrieval",
)  # fmt: skip
_WAYS = (
    "Efficient", "Scalable", "Adaptive", "Incremental", "Distributed", "Probabilistic", "Robust",
    "Online", "Parallel", "Declarative", "Unsupervised", "Hierarchical", "A survey of", "Towards",
    "Optimizing", "Privacy-preserving", "Fast algorithms for", "Modeling", "Evaluating",
)  # fmt: skip
_WHERE = (
    "in relational databases", "over large archives", "with limited memory", "on modern hardware",
    "for scientific workflows", "using sampling", "under uncertainty", "in peer-to-peer systems",
    "with user feedback", "for heterogeneous sources", "by example", "at scale",
)  # fmt: skip
_VENUES = one_of(
    ("SIGMOD", "ACM SIGMOD Conference"), ("VLDB", "Very Large Data Bases"), ("TODS",), ("ICDE",)
)


def companies(count: int, seed: int) -> list[tuple[int, Row]]:
    """A supplier list with duplicates."""
    chance, fake = _made(seed)
    told = []
    for number in range(count):
        name = f"{fake.last_name()} {chance.choice(_TRADES)} {chance.choice(('Inc', 'Ltd', 'LLC'))}"
        line, town, code = fake.street_address(), fake.city(), fake.postcode()
        phone, vat = fake.numerify("2##-###-####"), fake.numerify("GB#########")
        for copy in range(chance.choices((1, 2, 3), (55, 35, 10))[0]):
            seen = bool(copy)
            told.append((number, {
                "Company name": dirty(chance, name, (0.5 * seen, _FORMS), (0.1 * seen, slip),
                                      (0.15 * seen, without_a_word)),
                "Address": dirty(chance, line, (0.4 * seen, _STREETS), (0.1 * seen, slip)),
                "City": dirty(chance, town, (0.05 * seen, slip)),
                "Postal code": dirty(chance, code, (0.05 * seen, digit)),
                "Telephone": dirty(chance, phone, (0.2 * seen, gone), (0.1 * seen, digit)),
                "VAT number": dirty(chance, vat, (0.5, gone), (0.03 * seen, digit)),
            }))  # fmt: skip
    return told


def restaurants(count: int, seed: int) -> list[tuple[int, Row]]:
    """Two guides' lists in one: name, address, town, phone, kitchen."""
    chance, fake = _made(seed)
    towns = [fake.city() for _town in range(12)]
    told = []
    for number in range(count):
        kitchen, town = chance.choice(_KITCHENS), chance.choice(towns)
        name = f"{chance.choice((fake.first_name() + 's', fake.last_name(), 'The'))} "
        name += f"{chance.choice(_PLACES)} {chance.choice(('', '', fake.city_suffix()))}".strip()
        line, phone = fake.street_address(), fake.numerify("2##/###-####")
        for copy in range(chance.choices((1, 2), (70, 30))[0]):
            seen = bool(copy)
            told.append((number, {
                "name": dirty(chance, name, (0.15 * seen, slip), (0.2 * seen, without_a_word)),
                "addr": dirty(chance, line, (0.5 * seen, _STREETS), (0.2 * seen, without_a_word)),
                "city": town,
                "phone": phone.replace("/", chance.choice("/- ")) if seen else phone,
                "type": chance.choice(_KITCHENS) if seen and chance.random() < 0.4 else kitchen,
            }))  # fmt: skip
    return told


def papers(count: int, seed: int) -> list[tuple[int, Row]]:
    """Citations: title, authors, venue, year."""
    chance, fake = _made(seed)
    told = []
    for number in range(count):
        title = f"{chance.choice(_WAYS)} {chance.choice(_TOPICS)} {chance.choice(_WHERE)}"
        authors = [(fake.first_name(), fake.last_name()) for _who in range(chance.randint(1, 4))]
        venue, year = chance.choice(("SIGMOD", "VLDB", "TODS", "ICDE")), chance.randint(1990, 2010)
        for copy in range(chance.choices((1, 2, 3), (50, 35, 15))[0]):
            seen = bool(copy)
            short = seen and chance.random() < 0.5
            names = [f"{one[0]}. {last}" if short else f"{one} {last}" for one, last in authors]
            told.append((number, {
                "title": dirty(chance, title, (0.15 * seen, slip), (0.1 * seen, misread),
                               (0.05 * seen, without_a_word)),
                "authors": dirty(chance, ", ".join(names), (0.1 * seen, slip)),
                "venue": dirty(chance, venue, (0.4 * seen, _VENUES), (0.1 * seen, gone)),
                "year": dirty(chance, str(year), (0.1 * seen, gone)),
            }))  # fmt: skip
    return told


def _made(seed: int) -> tuple[random.Random, Faker]:
    fake = Faker("en_US")
    fake.seed_instance(seed)
    return random.Random(seed), fake


THINGS = {"companies": companies, "restaurants": restaurants, "papers": papers}
