"""Who is behind a cookie, a card or an address, for those whose key may know."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from passerelle.ingest.access import WriteKey
from passerelle.ingest.door.answers import Answer, in_json
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.write_keys import check_origin, find_key
from passerelle.ingest.recognition import WITHHELD, Caller, ProfileAnswer, ProfileQuery
from passerelle.kernel import InvalidInput, Retryable

_NEVER_KEPT = ((b"cache-control", b"no-store"),)


async def show_profile(intake: Intake, request: Request, call: str) -> Answer:
    """The profile that a value belongs to: `?type=email&value=…`, or `?email=…`.

    Raises:
        Refusal: The key may not ask, the question cannot be read, or the store is away.
    """
    _text, key = find_key(request, None, intake.access)
    check_origin(key, request.headers)
    caller = Caller(key.kind, sees_values="identifiers" in key.scope)
    if caller.may_recognise and "profile" not in key.scope:
        raise Refusal.no_right()
    # Whatever a browser asks, and however badly, the answer is one and the same.
    answer = await _ask(intake, request, key, caller) if caller.may_recognise else WITHHELD
    return in_json(asdict(answer), headers=_NEVER_KEPT)


async def _ask(intake: Intake, request: Request, key: WriteKey, caller: Caller) -> ProfileAnswer:
    seconds = intake.limiter.seconds_to_wait(key, 1)
    if seconds:
        raise Refusal.too_many(seconds)
    recogniser = intake.site.recogniser()
    if recogniser is None:
        raise Refusal.store_away()
    query = _read_query(request)
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(None, recogniser.recognise, query, caller)
    except InvalidInput:
        raise Refusal.bad_query() from None
    except Retryable:
        raise Refusal.store_away() from None


def _read_query(request: Request) -> ProfileQuery:
    said = request.query
    namespace = said.get("namespace") or "default"
    if said.get("type") and said.get("value"):
        return ProfileQuery(said["type"], said["value"], namespace)
    others = {"namespace", "writeKey", "type", "value"}
    asked = [(name, value) for name, value in said.items() if name not in others and value]
    if len(asked) != 1:
        raise Refusal.bad_query()
    return ProfileQuery(*asked[0], namespace)
