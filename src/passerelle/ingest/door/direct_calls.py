"""Calls that are answered from their body alone: nothing is waited for but the disk.

Most requests are such. Read by one plain function, they need no task of their own: `http_protocol`
answers them without, and any other ASGI server through `taking`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from passerelle.ingest.door.answers import Answer
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.requests import Request
from passerelle.ingest.log import Reception


class Taken(msgspec.Struct, frozen=True, gc=False):
    """What a body came to: what the log is to keep, if anything, and the answer once it has."""

    answer: Answer
    reception: Reception | None = None


ReadsBody = Callable[[Intake, Request, bytes, str], Taken]
"""Reads the body of a call, inflated; raises `Refusal` if nothing of it is kept."""


def taking(read: ReadsBody) -> Callable[[Intake, Request, str], Awaitable[Answer]]:
    """The handler of a call that is answered from its body alone."""

    async def take(intake: Intake, request: Request, call: str) -> Answer:
        taken = read(intake, request, await intake.read_body(request), call)
        if taken.reception is not None:
            await intake.keep(taken.reception)
        return taken.answer

    return take
