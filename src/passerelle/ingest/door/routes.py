"""Which address does what. Every address that the clients are known to use is here.

Source: recorded clients and their code, see the issue of the collector; a trailing slash and
doubled slashes are accepted, since nothing is ever redirected.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from passerelle.ingest.door.answers import Answer
from passerelle.ingest.door.direct_calls import ReadsBody, taking
from passerelle.ingest.door.health import show_api, show_health, show_metrics, show_readiness
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.link_calls import follow_link
from passerelle.ingest.door.matomo_calls import take_matomo
from passerelle.ingest.door.profile_calls import show_profile
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.sdk_calls import (
    ignore_sdk_metrics,
    show_sdk_file,
    show_segment_settings,
    show_source_config,
)
from passerelle.ingest.door.segment_calls import read_call, take_pixel
from passerelle.ingest.door.tag_calls import read_tag_events, show_banner, show_script
from passerelle.ingest.door.webhook_calls import take_webhook

Handler = Callable[[Intake, Request, str], Awaitable[Answer]]

_CALLS = ("identify", "track", "page", "screen", "group", "alias", "merge", "batch")
_TAG_EVENTS = "/e"
_SHORT = {
    "i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias",
    "b": "batch",
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    """One address: its name for the logs, what is called there, and what answers each method."""

    name: str
    call: str
    handlers: Mapping[str, Handler]


def find_route(path: str, prefix: str = "") -> Route | None:
    """The route of a path; None if there is none."""
    found = _ROUTES.get(path)
    if found is not None:
        return found
    if prefix and path.startswith(prefix + "/"):
        return find_route(path[len(prefix) :])
    parts = [part for part in path.split("/") if part]
    found = _ROUTES.get("/" + "/".join(parts))
    return found or _find_pattern(parts)


def direct_routes(prefix: str = "") -> dict[bytes, tuple[Route, ReadsBody]]:
    """The addresses whose POST is answered from its body alone, and what reads it."""
    direct = [(path, route, read_call) for path, route in _event_routes().items()]
    direct.append((_TAG_EVENTS, _ROUTES[_TAG_EVENTS], read_tag_events))
    return {
        (before + path).encode(): (route, read)
        for path, route, read in direct
        for before in {"", prefix}
    }


def _find_pattern(parts: list[str]) -> Route | None:
    """Addresses with a part that varies."""
    match parts:
        case ["v1", "projects", key, "settings"]:
            return Route("settings", key, {"GET": show_segment_settings})
        case ["v1", "webhook", name]:
            return Route("webhook", name, {"POST": take_webhook})
        case ["c", token]:
            return Route("link", token, {"GET": follow_link, "HEAD": follow_link})
        case [*_folders, name] if name.endswith(".js"):
            return Route("sdk", "/" + "/".join(parts), {"GET": show_sdk_file})
    return None


def _event_routes() -> dict[str, Route]:
    paths = {f"/v1/{call}": call for call in _CALLS}
    paths |= {f"/v1/{short}": call for short, call in _SHORT.items()}
    paths |= {f"/api/s/{call}": call for call in _CALLS}
    paths |= {f"/api/public/apps/{call}": call for call in _CALLS}
    paths |= {"/v1/import": "batch", "/beacon/v1/batch": "batch"}
    return {path: Route(path, call, {"POST": taking(read_call)}) for path, call in paths.items()}


def _pixel_routes() -> dict[str, Route]:
    paths = {f"/v1/pixel/{call}": call for call in _CALLS if call != "batch"}
    paths |= {f"/pixel/v1/{call}": call for call in _CALLS if call != "batch"}
    return {path: Route(path, call, {"GET": take_pixel}) for path, call in paths.items()}


_ROUTES: dict[str, Route] = {
    **_event_routes(),
    **_pixel_routes(),
    _TAG_EVENTS: Route("tag events", "batch", {"POST": taking(read_tag_events)}),
    **{path: Route("tag", "", {"GET": show_script}) for path in ("/t.js", "/tag.js")},
    "/b.js": Route("banner", "", {"GET": show_banner}),
    **{
        path: Route("matomo", "matomo", {"GET": take_matomo, "POST": take_matomo})
        for path in ("/matomo.php", "/piwik.php")
    },
    "/v1/profile": Route("profile", "", {"GET": show_profile}),
    "/v1/m": Route("/v1/m", "", {"POST": ignore_sdk_metrics}),
    "/sourceConfig": Route("/sourceConfig", "", {"GET": show_source_config}),
    "/healthz": Route("/healthz", "", {"GET": show_health}),
    "/health": Route("/healthz", "", {"GET": show_health}),
    "/readyz": Route("/readyz", "", {"GET": show_readiness}),
    "/openapi.json": Route("/openapi.json", "", {"GET": show_api}),
    "/metrics": Route("/metrics", "", {"GET": show_metrics}),
}
