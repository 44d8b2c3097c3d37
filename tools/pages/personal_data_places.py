"""docs/reference/personal-data-places.md: the registry of places with data of people."""

from __future__ import annotations

from passerelle.consent import FILES_OF_NOBODY, KEPT, NOTHING, PLACES, Place
from tools.pages.markdown import code, page, table


def write() -> str:
    """The page's text."""
    return page(
        "Places with data of people",
        "src/passerelle/consent/rights/places.py",
        "Every table of the store and of the lake and every file of the home folder is in one of "
        "these lists, or a test fails. Places are erased in this order; "
        "[how erasure works](../explanation/erasure.md).",
        "## Erased",
        table(
            ["place", "what of people is there", "tables", "files", "in the access archive"],
            [_row(each) for each in PLACES],
        ),
        "## Kept, and why",
        table(["table", "why"], [(code(name), why) for name, why in KEPT.items()]),
        "## Nothing of a person",
        table(["table", "what is in it"], [(code(name), why) for name, why in NOTHING.items()]),
        table(
            ["files", "what they are"], [(code(name), why) for name, why in FILES_OF_NOBODY.items()]
        ),
    )


def _row(place: Place) -> tuple[str, ...]:
    listed = (place.tables, place.files, place.sections)
    return (code(place.name), place.holds, *(", ".join(map(code, each)) for each in listed))
