"""Correct what is kept of somebody: what they say of themselves wins, and goes on winning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from passerelle.collect import DECLARED_KIND, Heard, RecordBatch, SourceRef, declare
from passerelle.consent.rights.installation import Installation
from passerelle.consent.rights.requests import Request, RequestBook, find_present_profile
from passerelle.identifiers import Parsed, parse_identifier
from passerelle.identify import PROFILE_PREFIX, take_in_records, tie_declared
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import _
from passerelle.store import to_micros
from passerelle.unify import ADDRESS_FIELDS

if TYPE_CHECKING:
    from passerelle.store import BulkSession

CORRECTABLE = ("title", "first_name", "last_name", "birth_date", *ADDRESS_FIELDS)
"""Fields that a rectification may give; contact points are bound by proof, not on a word."""

_SOURCE = SourceRef("rights", DECLARED_KIND)


def check_corrections(values: Mapping[str, str]) -> None:
    """Refuse what cannot be corrected this way.

    Raises:
        InvalidInput: A field is not among `CORRECTABLE`, or its value cannot be read.
    """
    unknown = sorted(values.keys() - set(CORRECTABLE))
    if unknown:
        raise InvalidInput(
            _("{names} cannot be corrected this way.").format(names=", ".join(unknown)),
            hint=_("Correct one of: {names}.").format(names=", ".join(CORRECTABLE)),
        )
    born = values.get("birth_date")
    if born and not isinstance(parse_identifier("birth_date", born), Parsed):
        raise InvalidInput(
            _("The date of birth cannot be read."), hint=_("Write it as 31/12/1980.")
        )


def take_in_corrections(
    of: Installation, book: RequestBook, request: Request, values: Mapping[str, str]
) -> Request:
    """Keep the right values as declared by the person: no file overrules them any more.

    An address is whole: one part of it given, the others given before no longer count.

    Args:
        of: The installation.
        book: Where the requests are kept.
        request: A rectification whose person proved who they are.
        values: The right values by field of `CORRECTABLE`, one at least.

    Returns:
        The request, under way: it is settled by `finish_rectified`.
    """
    check_corrections(values)
    warehouse, at = of.warehouse, of.warehouse.clock()
    begun = book.begin(request, at=at)
    profile_id = find_present_profile(warehouse.store, begun.profile_id)

    def take_in(batch: RecordBatch) -> Heard:
        def heard(bulk: BulkSession) -> None:
            take_in_records(bulk, batch, keys=warehouse.keys, rules=of.rules)

        return heard

    with warehouse.store.bulk() as bulk:
        record_id = declare(
            bulk,
            {name: value for name, value in values.items() if value},
            source=_SOURCE,
            record_key=f"{format_id(profile_id, PROFILE_PREFIX)}-{begun.name}",
            warehouse=warehouse,
            observe=take_in,
        )
        tie_declared(
            bulk, record_id, profile_id, source=_SOURCE.name, at=to_micros(at), rules=of.rules
        )
    return begun
