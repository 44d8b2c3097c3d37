"""The collector as an ASGI application: which address does what, and how refusals are told.

It knows nothing of the server that calls it; what a server must add (a bound on headers, and on
the time that a client takes) is in `serving.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from passerelle.ingest.door.answers import Answer, give, preflight, refuse
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.refusals import ClientGone, Refusal
from passerelle.ingest.door.requests import Receive, Request, Scope, Send
from passerelle.ingest.door.routes import Route, find_route
from passerelle.ingest.door.telling import tell
from passerelle.kernel import PasserelleError

Noticed = Callable[[Request, Route | None, int], None]


@dataclass
class Door:
    """The ASGI callable of one worker.

    Args:
        intake: Where events go.
        prefix: A neutral path under which all addresses work too, such as `/collecte`.
        on_answer: Told of each answer, for a log of accesses.
    """

    intake: Intake
    prefix: str = ""
    on_answer: Noticed | None = field(default=None, repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await _refuse_protocol(scope, receive, send)
            return
        request = Request(scope, receive)
        intake = self.intake
        intake.requests += 1
        route = find_route(request.path, self.prefix)
        try:
            answer = await self._answer(request, route)
        except Refusal as refusal:
            intake.metrics.refused[refusal.code] += 1
            answer = refuse(refusal)
        except PasserelleError as error:
            tell("ingest.misconfigured", reason=error.message)
            answer = refuse(Refusal.misconfigured())
        except ClientGone:
            intake.metrics.refused["client_gone"] += 1
            return
        except Exception as error:
            # Neither the message nor the traceback: they may hold what the request said.
            tell("ingest.request_failed", error=type(error).__name__, where=_place(error))
            intake.metrics.refused["bug"] += 1
            answer = Answer(500, b'{"code":"bug","message":"The collector failed."}')
        finally:
            intake.requests -= 1
        intake.metrics.requests[answer.status] += 1
        if self.on_answer is not None:
            self.on_answer(request, route, answer.status)
        await give(send, answer, request.headers.get(b"origin"))

    async def _answer(self, request: Request, route: Route | None) -> Answer:
        method = request.method
        if method == "OPTIONS":
            return preflight(request.headers.get(b"access-control-request-headers", b""))
        if route is None:
            raise Refusal.not_found()
        handle = route.handlers.get(method)
        if handle is None:
            raise Refusal.wrong_method()
        found: Awaitable[Answer] = handle(self.intake, request, route.call)
        return await found


async def _refuse_protocol(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
        return
    while True:  # lifespan: whoever serves opens and closes the log
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _place(error: Exception) -> str:
    """Where in our code it happened: a file and a line, nothing of what was being read."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return "" if place is None else f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
