"""Names, birth date and address, as the visitor says they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from passerelle.identifiers import Parsed, parse_identifier
from passerelle.portal.declaring import (
    NAME_FIELDS,
    OWN_FIELDS,
    as_fields,
    check_details,
    declare_details,
    propose_address,
)
from passerelle.portal.known_data import label_of, read_known_data
from passerelle.portal.signing_in.entering import Visitor
from passerelle.portal.web.showing import portal_of, show
from passerelle.portal.web.visiting import field as form_field
from passerelle.portal.web.visiting import for_known_people
from passerelle.unify import ADDRESS_FIELDS

if TYPE_CHECKING:
    from passerelle.postal import PostalAddress


@dataclass(frozen=True, repr=False)
class DetailsPage:
    """What `details.html` may use.

    proposal: lines of the address in the form that the post wants, where it differs from what was
        typed; proposed: the same in fields.
    """

    values: Mapping[str, str]
    labels: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)
    proposal: tuple[str, ...] = ()
    proposed: Mapping[str, str] = field(default_factory=dict)
    is_kept: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@for_known_people
def correct(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show what is used, and keep what is changed once the address was looked at together."""
    portal = portal_of(request)
    assert visitor.profile_id is not None  # noqa: S101 - for_known_people
    used = read_known_data(portal.parts, visitor.profile_id).golden
    if request.method != "POST":
        values = {name: used.get(name, "") for name in OWN_FIELDS}
        page = DetailsPage(values, _labels(), is_kept="kept" in request.GET)
        return show(request, "details.html", page, visitor=visitor)
    typed = {name: form_field(request, name) for name in OWN_FIELDS}
    wrong = check_details(typed, portal.parts.clock().date())
    if wrong:
        page = DetailsPage(typed, _labels(), wrong)
        return show(request, "details.html", page, visitor=visitor, status=422)
    typed = {**typed, "birth_date": _iso(typed["birth_date"])}
    address = {name: typed[name] for name in ADDRESS_FIELDS}
    has_address = _differs(address, used) and any(address.values())
    if has_address and form_field(request, "address_is") == "new":
        proposal = propose_address(portal, address)
        question = _proposal_page(typed, proposal)
        if question is not None:
            return show(request, "details.html", question, visitor=visitor)
    changed = {name: typed[name] for name in NAME_FIELDS if typed[name] != used.get(name, "")}
    changed |= address if has_address else {}
    if any(changed.values()):
        declare_details(portal, visitor, changed, has_address=has_address)
    return HttpResponseRedirect(f"{reverse('details')}?kept=1")


def _proposal_page(typed: Mapping[str, str], address: PostalAddress) -> DetailsPage | None:
    """The page that asks which spelling is right; None if the address was typed as the post's."""
    proposed = as_fields(address)
    if not _differs({name: typed[name] for name in ADDRESS_FIELDS}, proposed):
        return None
    lines = tuple(line for line in address.lines if line)
    whole = {name: proposed.get(name, "") for name in ADDRESS_FIELDS}
    return DetailsPage(typed, _labels(), proposal=lines, proposed=whole)


def _differs(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(one.get(name, "") != other.get(name, "") for name in ADDRESS_FIELDS)


def _labels() -> dict[str, str]:
    return {name: label_of(name) for name in OWN_FIELDS}


def _iso(birth_date: str) -> str:
    read = parse_identifier("birth_date", birth_date) if birth_date else None
    return read.value if isinstance(read, Parsed) else ""
