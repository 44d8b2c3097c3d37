"""What carries messages: a real mail server, a real gateway, or files for their owner alone."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from passerelle.kernel import Misconfigured
from passerelle.portal.sending import Message, Postman, open_mail_carrier, open_text_carrier
from passerelle.settings import Settings

MESSAGE = Message("marie@exemple.fr", "Votre lien — été", "https://moi.exemple.fr/s/abc\n")


def clock() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


class Mailbox:
    """Takes mails in."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[str, Mailbox]]:
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}", mailbox
    controller.stop()


def test_a_mail_arrives_as_it_was_written(tmp_path: Path, mail_server: tuple[str, Mailbox]) -> None:
    url, mailbox = mail_server
    settings = Settings(home=tmp_path, mail_url=url, mail_from="Enseigne <bonjour@enseigne.fr>")
    open_mail_carrier(settings, clock)(MESSAGE)
    (envelope,) = mailbox.mails
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert envelope.rcpt_tos == [MESSAGE.to]
    assert mail["Subject"] == MESSAGE.subject
    assert mail["From"] == "Enseigne <bonjour@enseigne.fr>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == MESSAGE.text.strip()  # type: ignore[attr-defined]


def test_a_mail_server_needs_a_sender(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        open_mail_carrier(Settings(home=tmp_path, mail_url="smtp://127.0.0.1:1"), clock)


@pytest.mark.parametrize(
    "open_carrier", [lambda s: open_mail_carrier(s, clock), open_text_carrier], ids=["mail", "text"]
)
def test_without_a_server_messages_are_files_for_their_owner_alone(
    tmp_path: Path, open_carrier: Callable[[Settings], Callable[[Message], None]]
) -> None:
    open_carrier(Settings(home=tmp_path))(MESSAGE)
    (path,) = (tmp_path / "outgoing").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "exemple" not in path.name


def test_a_gateway_gets_number_text_and_key(tmp_path: Path) -> None:
    taken: list[tuple[str | None, dict[str, str]]] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/sms"
    open_text_carrier(Settings(home=tmp_path, sms_url=url, sms_key="k"))(MESSAGE)
    thread.join(timeout=10)
    server.server_close()
    assert taken == [("Bearer k", {"to": MESSAGE.to, "text": MESSAGE.text})]


def test_an_errand_that_fails_is_told_and_the_next_one_is_done() -> None:
    failed: list[str] = []
    done: list[int] = []
    postman = Postman(lambda error: failed.append(type(error).__name__))
    nothing: list[int] = []
    postman.take(lambda: print(nothing.pop()))
    postman.take(lambda: done.append(1))
    postman.stop()
    assert (failed, done) == (["IndexError"], [1])
