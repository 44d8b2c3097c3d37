"""The collector as an ASGI application: which address does what, and how refusals are told.

It knows nothing of the server that calls it; what a server must add (a bound on headers, and on
the time that a client takes) is in `serving.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from passerelle.ingest.door.answers import Answer, give, preflight, refuse
from passerelle.ingest.door.direct_calls import ReadsBody
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.refusals import ClientGone, Refusal
from passerelle.ingest.door.requests import Receive, Request, Scope, Send, read_request
from passerelle.ingest.door.routes import Route, find_route
from passerelle.ingest.door.telling import tell
from passerelle.kernel import PasserelleError

Noticed = Callable[[Request, Route | None, int], None]
Reply = Callable[[Answer], None]


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
        request = read_request(scope, receive)
        intake = self.intake
        intake.requests += 1
        route = find_route(request.path, self.prefix)
        try:
            answer = await self._answer(request, route)
        except ClientGone:
            intake.metrics.refused["client_gone"] += 1
            return
        except Exception as error:
            answer = self._answer_to(error)
        finally:
            intake.requests -= 1
        self._note(request, route, answer)
        await give(send, answer, request.headers.get(b"origin"))

    def take(
        self, request: Request, route: Route, read: ReadsBody, body: bytes, reply: Reply
    ) -> None:
        """Answer a call whose body is there: `reply` is called as soon as its events are durable.

        For who serves HTTP without a task for each request; the answer is that of `__call__`.
        """

        def finish(answer: Answer) -> None:
            self._note(request, route, answer)
            reply(answer)

        try:
            taken = read(
                self.intake, request, request.inflated(body, self.intake.limits), route.call
            )
        except Exception as error:
            finish(self._answer_to(error))
            return
        if taken.reception is None:
            finish(taken.answer)
            return

        def kept(error: Exception | None) -> None:
            finish(taken.answer if error is None else self._answer_to(error))

        self.intake.keep_then(taken.reception, kept)

    def _note(self, request: Request, route: Route | None, answer: Answer) -> None:
        self.intake.metrics.requests[answer.status] += 1
        if self.on_answer is not None:
            self.on_answer(request, route, answer.status)

    def _answer_to(self, error: Exception) -> Answer:
        """What is told when a request is refused, or when we failed."""
        refused = self.intake.metrics.refused
        if isinstance(error, Refusal):
            refused[error.code] += 1
            return refuse(error)
        if isinstance(error, PasserelleError):
            tell("ingest.misconfigured", reason=error.message)
            return refuse(Refusal.misconfigured())
        # Neither the message nor the traceback: they may hold what the request said.
        tell("ingest.request_failed", error=type(error).__name__, where=_place(error))
        refused["bug"] += 1
        return Answer(500, b'{"code":"bug","message":"The collector failed."}')

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
