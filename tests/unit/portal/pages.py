"""The customer's page in this process: a town, a portal, and browsers without a network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.http import HttpResponse
from django.test import Client

from passerelle.bootstrap import Passerelle
from passerelle.consent import Gate
from passerelle.portal.portal import Portal, open_portal
from passerelle.portal.sending import Message
from passerelle.portal.web.django_pages import use_pages
from passerelle.portal.web.showing import PORTAL
from passerelle.settings import Settings
from tests.unit.town import Town

MARIE, PHONE = "marie@exemple.fr", "+33687415236"
FAMILY = "famille@exemple.fr"
PEOPLE = [
    {"record_key": "1", "first_name": "Marie", "last_name": "Durand", "email": MARIE,
     "phone_mobile": "0687415236", "birth_date": "1984-03-12", "address_1": "12 rue Haute",
     "postcode": "69002", "city": "Lyon", "loyalty_card": "2990000000017"},
    {"record_key": "2", "first_name": "Paul", "last_name": "Martin", "email": FAMILY,
     "birth_date": "1979-02-01", "loyalty_card": "2990000000024", "city": "Paris"},
    {"record_key": "3", "first_name": "Julie", "last_name": "Petit", "email": FAMILY,
     "birth_date": "1981-06-05", "city": "Brest"},
    {"record_key": "4", "first_name": "Zoé", "last_name": "Secret", "email": "zoe@exemple.fr",
     "city": "Nice"},
]  # fmt: skip
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_LINK = re.compile(r"/s/([\w-]+)")


@dataclass
class Hands:
    """A clock that tests turn."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)  # two things are never said at once
        return self.now

    def turn(self, time: timedelta) -> None:
        self.now += time


@dataclass
class Page:
    """A running page, what it sent, and the people it is for."""

    town: Town
    portal: Portal
    clock: Hands
    sent: list[Message] = field(default_factory=list)

    def browser(self, **headers: str) -> Browser:
        """A browser that was never here before."""
        client = Client(
            enforce_csrf_checks=True,
            raise_request_exception=False,
            headers={"host": "localhost", **headers},
            **{PORTAL: self.portal},
        )
        return Browser(self, client)

    def link(self, contact: str, **headers: str) -> str:
        """The token of the link that a contact point is sent."""
        before = len(self.sent)
        self.browser(**headers).send("/sign-in", {"contact": contact}, start="/")
        self.portal.postman.wait()
        (message,) = self.sent[before:]
        found = _LINK.search(message.text)
        assert found is not None
        return found[1]

    def visitor(self, contact: str) -> Browser:
        """A browser that is signed in."""
        browser, token = self.browser(), self.link(contact)
        answer = browser.send(f"/s/{token}", {})
        assert answer.status_code == 302
        return browser

    def may(self, contact: str, purpose: str, channel: str) -> bool:
        """What the gate says now."""
        parts = self.portal.parts
        gate = Gate(parts.store, parts.keys, parts.clock)
        return gate.may(self.town.who(contact), purpose, channel).is_allowed

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of the store."""
        return self.portal.parts.store.rows(sql)


@dataclass
class Browser:
    """A browser of somebody."""

    page: Page
    client: Client

    def get(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.open(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return text_of(answer)

    def open(self, path: str) -> HttpResponse:
        """Whatever an address answers."""
        answer: Any = self.client.get(path)
        return answer

    def send(self, path: str, form: Mapping[str, Any], start: str | None = None) -> HttpResponse:
        """Send a form as a page has it, with the token of forms that the page gives."""
        found = _TOKEN.search(self.client.get(start or path).content.decode())
        token = found[1] if found else ""
        answer: Any = self.client.post(path, {"csrfmiddlewaretoken": token, **form})
        return answer

    def press(self, action: str, purpose: str, channel: str) -> HttpResponse:
        """Press the button of a line of choices."""
        form = find_form(self.get("/me/choices"), action, purpose, channel)
        return self.send("/me/choices", {**form, "action": action})


def text_of(answer: HttpResponse) -> str:
    """All that an answer says, whatever is packed in it."""
    if answer["Content-Type"] != "application/zip":
        return unescape(answer.content.decode())
    archive = ZipFile(BytesIO(answer.content))
    return "".join(archive.read(name).decode() for name in archive.namelist())


def find_form(text: str, action: str, purpose: str, channel: str) -> dict[str, str]:
    """The hidden fields of the form with this button."""
    for form in re.findall(r"<form.*?</form>", text, re.DOTALL):
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        wanted = {"purpose": purpose, "channel": channel, "action": action}
        if wanted.items() <= fields.items():
            return {name: fields[name] for name in ("purpose", "channel", "subject")}
    raise AssertionError(f"no button to {action} {purpose} by {channel}")


def open_page(town: Town, settings: Settings, clock: Hands, **options: Any) -> Page:
    """The page of a town; messages are kept in memory."""
    from passerelle.portal import PortalOptions

    warehouse = town.warehouse
    parts = Passerelle(
        settings, warehouse.store, warehouse.lake, town.engine, warehouse.keys, town.rules, clock
    )
    portal = open_portal(parts, PortalOptions(**options))
    page = Page(town, portal, clock)
    portal.carriers.update(email=page.sent.append, phone=page.sent.append)  # type: ignore[attr-defined]
    use_pages(portal)
    return page
