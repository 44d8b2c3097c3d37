"""The collector's addresses as an OpenAPI document, for people and for programs that try them."""

from __future__ import annotations

from typing import Any

from passerelle import __version__

_Json = dict[str, Any]

_SINGLE = ("identify", "track", "page", "screen", "group", "alias", "merge")
_KEY_PLACES: list[_Json] = [{"basic": []}, {"bearer": []}, {"writeKey": []}, {"header": []}]


def describe_api() -> _Json:
    """The document, in OpenAPI 3.1."""
    paths: _Json = {f"/v1/{call}": {"post": _call(call, "Event")} for call in _SINGLE}
    for path in ("/v1/batch", "/v1/import", "/beacon/v1/batch"):
        paths[path] = {"post": _call(path, "Batch")}
    paths["/api/s/{call}"] = {
        "parameters": [_parameter("call", "path", {"enum": list(_SINGLE)})],
        "post": _call("One event, as Jitsu's clients send it", "Event"),
    }
    paths["/v1/pixel/{call}"] = {
        "parameters": [_parameter("call", "path", {"enum": list(_SINGLE)})],
        "get": _pixel(),
    }
    paths["/matomo.php"] = {"get": _matomo()}
    paths["/v1/profile"] = {"get": _profile()}
    paths["/healthz"] = {"get": _plain("The process lives", "ok")}
    paths["/readyz"] = {"get": {**_plain("Whether events would be taken in", "ready")}}
    paths["/readyz"]["get"]["responses"]["503"] = _in_json("Not now", {"type": "object"})
    paths["/metrics"] = {"get": _metrics()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "passerelle collector", "version": __version__},
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": _security_schemes()},
    }


def _call(summary: str, schema: str) -> _Json:
    body = {"$ref": f"#/components/schemas/{schema}"}
    return {
        "summary": summary,
        "security": _KEY_PLACES,
        "parameters": [
            _parameter("verdict", "query", {"enum": ["0", "1"]}, is_required=False),
        ],
        "requestBody": {
            "required": True,
            # Whatever a client calls it: the bytes are looked at.
            "content": {"application/json": {"schema": body}},
        },
        "responses": {
            "200": _in_json("Durable", {"$ref": "#/components/schemas/Accepted"}),
            **{status: _refused(about) for status, about in _REFUSALS.items()},
        },
    }


_REFUSALS = {
    "400": "The body cannot be read at all",
    "401": "No write key in force",
    "403": "The write key may not do this",
    "413": "The body is larger than the limit",
    "429": "Send again after the seconds of Retry-After",
    "503": "Send again after the seconds of Retry-After",
}


def _pixel() -> _Json:
    return {
        "summary": "One event in the address of an image",
        "parameters": [
            _parameter("data", "query", {"type": "string"}, is_required=False),
            _parameter("writeKey", "query", {"type": "string"}, is_required=False),
        ],
        "responses": {"200": {"description": "An image", "content": {"image/gif": {}}}},
    }


def _matomo() -> _Json:
    named = ("idsite", "url", "action_name", "_id", "uid", "e_c", "e_a")
    text = {"type": "string"}
    return {
        "summary": "One hit of Matomo's tracking API",
        "security": _KEY_PLACES,
        "parameters": [_parameter(name, "query", text, is_required=False) for name in named],
        "responses": {
            "200": {"description": "An image", "content": {"image/gif": {}}},
            **{status: _refused(_REFUSALS[status]) for status in ("401", "403", "429", "503")},
        },
    }


def _profile() -> _Json:
    text = {"type": "string", "minLength": 1}
    return {
        "summary": "Who is behind a value, for those whose key may know",
        "security": _KEY_PLACES,
        "parameters": [_parameter("type", "query", text), _parameter("value", "query", text)],
        "responses": {
            "200": _in_json("What the key may see", {"$ref": "#/components/schemas/Profile"}),
            "422": _refused("The question cannot be read"),
            **{status: _refused(_REFUSALS[status]) for status in ("401", "403", "429", "503")},
        },
    }


def _metrics() -> _Json:
    content = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "summary": "Counters for Prometheus",
        "responses": {"200": {"description": "Text format 0.0.4", "content": content}},
    }


def _plain(summary: str, status: str) -> _Json:
    schema = {
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"const": status}, "reasons": {"type": "array"}},
    }
    return {"summary": summary, "responses": {"200": _in_json("It is so", schema)}}


def _parameter(name: str, place: str, schema: _Json, *, is_required: bool = True) -> _Json:
    return {"name": name, "in": place, "required": is_required, "schema": schema}


def _in_json(about: str, schema: _Json) -> _Json:
    return {"description": about, "content": {"application/json": {"schema": schema}}}


def _refused(about: str) -> _Json:
    return _in_json(about, {"$ref": "#/components/schemas/Refusal"})


def _schemas() -> _Json:
    text: _Json = {"type": "string"}
    name = {"type": ["string", "number", "null"]}
    ids = dict.fromkeys(("messageId", "userId", "anonymousId"), name)
    event = {
        "type": "object",
        "properties": {
            **ids,
            "type": text,
            "event": text,
            "timestamp": text,
            "context": {"type": "object"},
            "properties": {"type": "object"},
            "traits": {"type": "object"},
        },
    }
    batch = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
    verdict = {
        "type": "object",
        "required": ["messageId", "accepted"],
        "properties": {"messageId": text, "accepted": {"type": "boolean"}, "reason": text},
    }
    return {
        "Event": event,
        "Batch": {"type": "object", "required": ["batch"], "properties": {"batch": batch}},
        "Accepted": {
            "type": "object",
            "required": ["success"],
            "properties": {"success": {"const": True}, "events": {"items": verdict}},
        },
        "Refusal": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": text, "message": text},
        },
        "Profile": {
            "type": "object",
            "required": ["status", "profile_id", "identifiers", "permission"],
            "properties": {
                "status": {"enum": ["withheld", "unknown", "shared", "recognised", "known"]}
            },
        },
    }


def _security_schemes() -> _Json:
    return {
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "writeKey": {"type": "apiKey", "in": "query", "name": "writeKey"},
        "header": {"type": "apiKey", "in": "header", "name": "X-Write-Key"},
    }
