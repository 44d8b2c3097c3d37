"""The tag in a real browser: it asks before it stores or sends, and then loses nothing."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.clients.browsing import Shop, on_site
from tests.clients.collector import Collector
from tests.clients.faults import TROUBLES, Fault, faulty_proxy
from tests.clients.visits import consent_of

SNIPPET = (
    "<script>window.passerelle=window.passerelle||function()"
    "{(passerelle.q=passerelle.q||[]).push(arguments)}</script>"
)
ALL = {"measurement": True, "advertising": True, "personalization": True}
NONE = dict.fromkeys(ALL, False)
CHOICE = "Segment Consent Preference Updated"
LONGEST_S = 60
QUIET_S = 0.8  # after which the tag would have sent, had it meant to


def html(collector_url: str, key: str, *, head: str = "", **attributes: str) -> str:
    """A page of the shop with the tag; attributes are those of its script element."""
    said = "".join(
        f' data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items()
    )
    script = f'<script async src="{on_site(collector_url)}/t.js" data-key="{key}"{said}></script>'
    return f"<!doctype html><title>Shop</title>{head}{SNIPPET}{script}<h1>Shop</h1>"


class Visits:
    """What the tests of this module ask: a page with the tag, and what arrived of it."""

    def __init__(self, collector: Collector, shop: Shop, visitor: BrowserContext) -> None:
        self.collector, self.shop, self.visitor = collector, shop, visitor
        self.received = len(self.events())
        self.requests: list[str] = []
        visitor.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: str = "/", *, head: str = "", at: str = "", **attributes: str) -> Page:
        """Visit a page of the shop."""
        key = self.collector.keys["site"]
        self.shop.pages["/"] = html(at or self.collector.url, key, head=head, **attributes)
        page = self.visitor.new_page()
        page.goto(self.shop.url(path))  # loaded when the tag has run
        return page

    def events(self) -> list[dict[str, Any]]:
        """Everything that ever arrived, in the order of time."""
        return self.collector.sent("site")

    def new(self, *, name: str = "") -> list[dict[str, Any]]:
        """What arrived in this test; of one name only, if given."""
        new = self.events()[self.received :]
        return [event for event in new if not name or event.get("event") == name]

    def wait(self, is_so: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """What arrived in this test, once it is as it should be."""
        deadline = time.monotonic() + LONGEST_S
        while not is_so(self.new()):
            assert time.monotonic() < deadline, [
                (event["type"], event.get("event")) for event in self.new()
            ]
            time.sleep(0.05)
        return self.new()

    def sent_requests(self) -> list[str]:
        return [url for url in self.requests if url.endswith("/e")]

    def cookies(self) -> list[Any]:
        return self.visitor.cookies(on_site(self.collector.url))


@pytest.fixture
def visits(collector: Collector, shop: Shop, visitor: BrowserContext) -> Visits:
    return Visits(collector, shop, visitor)


def stored(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage)"))


def tell(page: Page, *words: object) -> None:
    page.evaluate("words => passerelle(...words)", list(words))


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event.get("event") or event["type"] for event in events]


def test_before_a_choice_nothing_is_stored_or_sent(visits: Visits) -> None:
    page = visits.open()
    tell(page, "track", "Product Viewed", {"sku": "12"})
    time.sleep(QUIET_S)

    assert visits.sent_requests() == []
    assert stored(page) == [] and visits.visitor.cookies() == []

    tell(page, "consent", {"measurement": True, "advertising": False})
    events = visits.wait(lambda new: len(new) == 3)
    assert sorted(names(events)) == sorted(["page", "Product Viewed", CHOICE])
    allowed = {"measurement": True, "advertising": False, "personalization": False}
    assert all(consent_of(event) == allowed for event in events)


def test_the_cookie_is_the_servers_and_lives_thirteen_months_at_most(visits: Visits) -> None:
    page = visits.open(consent="granted")
    events = visits.wait(lambda new: len(new) == 2)

    (cookie,) = visits.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax" and cookie["name"] == "_v"
    assert 394 < (cookie["expires"] - time.time()) / 86_400 <= 395
    assert page.evaluate("document.cookie") == ""
    assert {event["visitor"] for event in events} == {cookie["value"]}
    assert not any("anonymousId" in event for event in events)
    assert cookie["value"] not in page.evaluate("JSON.stringify(localStorage)")


def test_a_visitor_is_known_again_on_every_host_of_the_site(visits: Visits) -> None:
    page = visits.open(consent="granted")
    visits.wait(lambda new: len(new) == 2)
    page.goto(visits.shop.url("/other", host="m.shop.example"))

    events = visits.wait(lambda new: names(new).count("page") == 2)

    assert len({event["visitor"] for event in events}) == 1


def test_who_refuses_leaves_nothing(visits: Visits) -> None:
    page = visits.open(consent="denied")
    tell(page, "track", "Product Viewed")
    tell(page, "consent", {"advertising": True})  # not what measuring needs
    time.sleep(QUIET_S)

    assert visits.sent_requests() == [] and stored(page) == []
    assert visits.visitor.cookies() == []
    tell(page, "consent", True)
    # What was done under the refusal is not told afterwards.
    assert names(visits.wait(lambda new: len(new) == 1)) == [CHOICE]


def test_consent_taken_back_takes_everything_back(visits: Visits) -> None:
    page = visits.open(consent="granted")
    before = visits.wait(lambda new: len(new) == 2)
    tell(page, "consent", False)
    tell(page, "track", "Product Viewed")

    events = visits.wait(lambda new: names(new).count(CHOICE) == 2)

    assert consent_of(events[-1]) == NONE
    assert events[-1]["visitor"] == before[0]["visitor"]
    page.wait_for_function("localStorage.length === 0")
    assert visits.visitor.cookies() == []
    time.sleep(QUIET_S)
    assert "Product Viewed" not in names(visits.new())


def test_a_choice_is_told_once_not_on_every_page(visits: Visits) -> None:
    page = visits.open(consent="granted")
    visits.wait(lambda new: len(new) == 2)
    page.goto(visits.shop.url("/second"))

    events = visits.wait(lambda new: names(new).count("page") == 2)
    assert names(events).count(CHOICE) == 1


TCF = """<script>
const listeners = [];
window.__tcfapi = (command, version, listener) => listeners.push(listener);
window.bannerSays = (eventStatus, consents, vendors) => listeners.forEach(listener => listener(
  {eventStatus, tcString: "CQtAQ", gdprApplies: true, purpose: {consents}, vendor: {consents: vendors},
   publisher: {consents: {}}}, true));
</script>"""
PURPOSES = {str(number): True for number in range(1, 12)}


def test_a_tcf_banner_is_asked(visits: Visits) -> None:
    page = visits.open(consent="tcf", head=TCF)
    page.wait_for_function("listeners.length")
    page.evaluate("consents => bannerSays('cmpuishown', consents)", PURPOSES)
    time.sleep(QUIET_S)
    assert visits.sent_requests() == []

    page.evaluate("consents => bannerSays('useractioncomplete', consents)", PURPOSES | {"3": False})

    events = visits.wait(lambda new: len(new) == 2)
    assert consent_of(events[0]) == ALL | {"advertising": False}
    (choice,) = visits.new(name=CHOICE)
    assert choice["context"]["consent"]["provider"] == "tcf"
    assert choice["context"]["consent"]["proof"] == "CQtAQ"


@pytest.mark.parametrize(
    ("purposes", "vendors", "attributes"),
    [
        ({}, {}, {}),
        (PURPOSES | {"1": False}, {}, {}),
        (PURPOSES | {"8": False}, {}, {}),
        (PURPOSES, {"755": False}, {"tcf_vendor": "755"}),
    ],
    ids=["nothing allowed", "no storage", "no measuring", "not us"],
)
def test_a_tcf_banner_may_say_no(
    visits: Visits, purposes: dict[str, bool], vendors: dict[str, bool], attributes: dict[str, str]
) -> None:
    page = visits.open(consent="tcf", head=TCF, **attributes)
    page.wait_for_function("listeners.length")

    page.evaluate("said => bannerSays('tcloaded', ...said)", [purposes, vendors])
    time.sleep(QUIET_S)

    assert visits.sent_requests() == [] and stored(page) == []


GOOGLE = """<script>window.dataLayer = []; function gtag() { dataLayer.push(arguments) }
gtag('consent', 'default', {analytics_storage: 'denied', ad_storage: 'denied', wait_for_update: 500})
</script>"""


def test_googles_consent_mode_is_heard(visits: Visits) -> None:
    page = visits.open(consent="google", head=GOOGLE)
    time.sleep(QUIET_S)
    assert visits.sent_requests() == []

    page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")

    events = visits.wait(lambda new: len(new) == 2)
    assert consent_of(events[0]) == NONE | {"measurement": True}


def test_a_browser_that_objects_is_heard_over_the_page(visits: Visits) -> None:
    visits.visitor.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})"
    )
    page = visits.open(consent="granted")
    tell(page, "consent", True)
    tell(page, "track", "Product Viewed")
    time.sleep(QUIET_S)

    assert visits.sent_requests() == [] and stored(page) == []
    assert visits.visitor.cookies() == []


def test_what_the_page_asked_before_the_tag_was_there_is_done(visits: Visits) -> None:
    queued = SNIPPET + "<script>passerelle('consent', true); passerelle('identify', 'u-9')</script>"
    visits.open(head=queued)

    events = visits.wait(lambda new: "identify" in names(new) and "page" in names(new))
    assert [event["userId"] for event in events if event["type"] == "identify"] == ["u-9"]


def test_pages_of_a_single_page_application_are_seen(visits: Visits) -> None:
    page = visits.open("/a", consent="granted")
    page.evaluate("history.pushState({}, '', '/b'); document.title = 'B'")
    visits.wait(lambda new: names(new).count("page") == 2)
    page.evaluate("history.replaceState({}, '', '/b')")  # the same page
    page.go_back()

    events = visits.wait(lambda new: names(new).count("page") == 3)

    pages = [event["properties"] for event in events if event["type"] == "page"]
    assert [each["path"] for each in pages] == ["/a", "/b", "/a"]
    assert pages[1]["title"] == "B"


def test_page_views_can_be_left_to_the_page(visits: Visits) -> None:
    page = visits.open(consent="granted", pages="manual")
    tell(page, "page", "Basket", {"step": 1})

    events = visits.wait(lambda new: len(new) == 2)
    (one,) = [event for event in events if event["type"] == "page"]
    assert one["name"] == "Basket" and one["properties"]["step"] == 1


def test_another_person_at_the_same_browser_is_another_visitor(visits: Visits) -> None:
    page = visits.open(consent="granted")
    tell(page, "identify", "u-1", {"email": "jane@example.com"})
    tell(page, "track", "Hers")
    tell(page, "reset")
    tell(page, "track", "Somebody's")
    tell(page, "track", "Somebody's too")

    visits.wait(lambda new: "Somebody's too" in names(new))

    (hers,), (theirs,), (too,) = (
        visits.new(name=name) for name in ("Hers", "Somebody's", "Somebody's too")
    )
    assert hers["userId"] == "u-1" and "userId" not in theirs
    assert hers["visitor"] != theirs["visitor"] == too["visitor"]


def test_a_click_that_leaves_the_page_is_not_lost(visits: Visits) -> None:
    page = visits.open(consent="granted")
    visits.wait(lambda new: len(new) == 2)
    page.evaluate("passerelle('track', 'Left'); location.href = '/next'")
    page.wait_for_url("**/next")

    visits.wait(lambda new: names(new).count("page") == 2 and "Left" in names(new))
    page.wait_for_function("!localStorage.getItem('_passerelle.events')")
    assert names(visits.new()).count("Left") == 1


def test_what_happens_offline_is_sent_when_the_network_is_back(visits: Visits) -> None:
    page = visits.open(consent="granted")
    visits.wait(lambda new: len(new) == 2)
    visits.visitor.set_offline(True)
    for number in range(5):
        tell(page, "track", "Offline", {"n": number})
    page.wait_for_function("(localStorage.getItem('_passerelle.events') || '').includes('Offline')")
    page.close()  # nor is the page there any more
    visits.visitor.set_offline(False)
    assert visits.new(name="Offline") == []

    visits.open(consent="granted")

    visits.wait(lambda new: names(new).count("Offline") == 5)
    numbers = [event["properties"]["n"] for event in visits.new(name="Offline")]
    assert numbers == list(range(5))


def test_what_waits_offline_is_bounded(visits: Visits) -> None:
    page = visits.open(consent="granted")
    visits.wait(lambda new: len(new) == 2)
    visits.visitor.set_offline(True)
    page.evaluate(
        "for (let n = 0; n < 500; n++) passerelle('track', 'Many', {n, of: 'x'.repeat(3000)})"
    )
    page.evaluate("dispatchEvent(new Event('pagehide'))")

    kept = page.evaluate("JSON.parse(localStorage.getItem('_passerelle.events'))")
    assert len(str(kept)) < 220_000
    assert kept[-1]["properties"]["n"] == 499


def test_what_no_longer_fits_takes_no_boundary_between_visitors_with_it(visits: Visits) -> None:
    page = visits.open(consent="granted")
    (before, _choice) = visits.wait(lambda new: len(new) == 2)
    visits.visitor.set_offline(True)
    tell(page, "reset")
    page.evaluate("for (let n = 0; n < 250; n++) passerelle('track', 'Theirs', {n})")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.close()
    visits.visitor.set_offline(False)

    visits.open(consent="granted")

    visits.wait(lambda new: names(new).count("Theirs") == 200)
    theirs = {event["visitor"] for event in visits.new(name="Theirs")}
    assert len(theirs) == 1 and before["visitor"] not in theirs


def test_the_server_too_hears_a_browser_that_objects(collector: Collector) -> None:
    body = json.dumps({"writeKey": collector.keys["site"], "batch": []}).encode()
    asked = urllib.request.Request(f"{collector.url}/e", body, {"Sec-GPC": "1"})
    with urllib.request.urlopen(asked) as answer:
        cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith("_v=;") and "Max-Age=0" in cookie


@pytest.mark.parametrize("trouble", TROUBLES)
def test_whatever_happens_on_the_way_everything_arrives_once(visits: Visits, trouble: str) -> None:
    with faulty_proxy(visits.collector.url, TROUBLES[trouble]) as proxy:
        page = visits.open(at=proxy.url, consent="granted")
        for number in range(30):
            tell(page, "track", "Step", {"n": number})

        visits.wait(lambda new: len(new) == 32)
        page.wait_for_function("!localStorage.getItem('_passerelle.events')")

    assert len({event["visitor"] for event in visits.new()}) == 1
    steps = visits.new(name="Step")
    assert sorted(event["properties"]["n"] for event in steps) == list(range(30))
    times = [e["timestamp"] for e in sorted(steps, key=lambda e: int(e["properties"]["n"]))]
    assert times == sorted(times)


@pytest.mark.parametrize("place", range(3), ids=["greeting", "first events", "another visitor"])
def test_a_lost_answer_makes_no_second_visitor(visits: Visits, place: int) -> None:
    faults = [Fault()] * place + [Fault(cut="after")]
    with faulty_proxy(visits.collector.url, faults) as proxy:
        page = visits.open(at=proxy.url, consent="granted")
        visits.wait(lambda new: len(new) == 2)
        if place == 2:
            tell(page, "reset")
        tell(page, "track", "Before")
        tell(page, "track", "After")
        visits.wait(lambda new: "After" in names(new))
        page.wait_for_function("!localStorage.getItem('_passerelle.events')")
        tell(page, "track", "Last")
        visits.wait(lambda new: "Last" in names(new))

    visitors = {event["event"]: event["visitor"] for event in visits.new() if "event" in event}
    assert visitors["Before"] == visitors["After"] == visitors["Last"]
    assert (visitors[CHOICE] == visitors["Last"]) == (place != 2)


def test_the_page_speaks_to_nobody_but_its_own_site(visits: Visits) -> None:
    visits.open(consent="granted")
    visits.wait(lambda new: len(new) == 2)

    hosts = {url.split("/")[2].partition(":")[0] for url in visits.requests}
    assert hosts == {"www.shop.example", "data.shop.example"}


def test_an_address_in_the_pages_address_goes_no_further(visits: Visits) -> None:
    visits.open("/welcome?mail=jane%40example.com&utm_campaign=spring", consent="granted")

    events = visits.wait(lambda new: len(new) == 2)

    assert "jane" not in str(events)
    assert events[0]["context"]["campaign"] == {"name": "spring"}


def test_a_developer_sees_what_the_tag_does(visits: Visits) -> None:
    page = visits.open("/?passerelle_debug=1", consent="granted")
    visits.wait(lambda new: len(new) == 2)

    overlay = page.get_by_role("log", name="passerelle debug")
    assert '"measurement": true' in overlay.inner_text()
    assert "200: 2 event(s)" in overlay.inner_text()
    page.goto(visits.shop.url("/"))
    assert page.get_by_role("log").count() == 0


def test_the_tag_goes_by_any_name_and_under_any_path(visits: Visits) -> None:
    page = visits.open(name="mesure", consent="granted")
    page.wait_for_function("typeof mesure === 'function'")
    page.evaluate("mesure('track', 'Named')")

    visits.wait(lambda new: "Named" in names(new))
    assert all(name.startswith("_mesure.") for name in stored(page))
