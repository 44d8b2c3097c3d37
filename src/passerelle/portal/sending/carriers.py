"""What carries messages: a mail server, a gateway for text messages, or a folder."""

from __future__ import annotations

import json
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from passerelle.kernel import Clock, Misconfigured
from passerelle.kernel.language import _
from passerelle.portal.sending.messages import Message
from passerelle.settings import Settings

Carrier = Callable[[Message], None]
"""Sends a message, or raises OSError."""

FOLDER = "outgoing"
"""Folder of the home that holds messages as long as nothing else carries them."""

_SECONDS = 20.0
_KEPT_SECONDS = 24 * 3600.0
_SECURE_PORT, _PORT = 465, 587


def open_mail_carrier(settings: Settings, clock: Clock) -> Carrier:
    """What carries mails.

    Raises:
        Misconfigured: There is a mail server, and nobody to be its sender.
    """
    sender = settings.mail_from
    if not settings.mail_url:
        folder = settings.home / FOLDER
        return _MailFolder(folder, sender or "page@passerelle.invalid", clock).carry
    if "@" not in parseaddr(sender)[1]:
        raise Misconfigured(
            _("PASSERELLE_MAIL_FROM is no sender for mails."),
            hint=_("Set it, such as: Enseigne <bonjour@enseigne.fr>"),
        )
    return _MailServer(settings.mail_url, sender, clock).carry


def open_text_carrier(settings: Settings) -> Carrier:
    """What carries text messages."""
    if not settings.sms_url:
        return _TextFolder(settings.home / FOLDER).carry
    return _TextGateway(settings.sms_url, settings.sms_key).carry


@dataclass(frozen=True)
class _MailServer:
    """A mail server that speaks TLS, except on this machine."""

    url: str = field(repr=False)
    sender: str
    clock: Clock

    def carry(self, message: Message) -> None:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            port = parts.port or _SECURE_PORT
            server = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or _PORT, timeout=_SECONDS)
        with server:
            if parts.scheme == "smtp" and host not in ("127.0.0.1", "::1", "localhost"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(_as_mail(message, self.sender, self.clock))


@dataclass(frozen=True)
class _MailFolder:
    """Mails as files that mail programs open."""

    folder: Path
    sender: str
    clock: Clock

    def carry(self, message: Message) -> None:
        content = bytes(_as_mail(message, self.sender, self.clock))
        _write_privately(self.folder, f"{uuid4().hex}.eml", content)


@dataclass(frozen=True)
class _TextFolder:
    """Text messages as files of JSON."""

    folder: Path

    def carry(self, message: Message) -> None:
        content = json.dumps({"to": message.to, "text": message.text}, ensure_ascii=False)
        _write_privately(self.folder, f"{uuid4().hex}.sms.json", content.encode())


@dataclass(frozen=True)
class _TextGateway:
    """An HTTP gateway that takes a number and a text as JSON."""

    url: str = field(repr=False)
    key: str = field(repr=False)

    def carry(self, message: Message) -> None:
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = json.dumps({"to": message.to, "text": message.text}).encode()
        # The settings let nothing but http and https be an address of a gateway.
        request = Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310
        with urlopen(request, timeout=_SECONDS):  # noqa: S310 # nosec B310
            pass


def _as_mail(message: Message, sender: str, clock: Clock) -> EmailMessage:
    mail = EmailMessage()
    name, address = parseaddr(sender)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(clock())
    mail["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer
    mail.set_content(message.text)
    return mail


def _write_privately(folder: Path, name: str, content: bytes) -> None:
    """Write a file for its owner alone; those of more than a day ago are removed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                old.unlink()
    draft = folder / f".{name}"
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(content)
    draft.replace(folder / name)
