"""Every setting, read once by the entry point and handed down.

This is the only module that looks at the environment. `docs/reference/settings.md` is written
from the descriptions below.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path

from passerelle.kernel import Misconfigured, Retryable
from passerelle.kernel.language import LANGUAGES, _

PREFIX = "PASSERELLE_"

_MOST_THREADS = 1024  # more is a slip of the finger
_MOST_DAYS = 36_500
_MEMORY = re.compile(r"[0-9]+(\.[0-9]+)? *([KMGT]i?B|%)", re.IGNORECASE)
_SCHEMES = {
    "database_url": ("postgresql://", "postgres://", "sqlite:///"),
    "engine_url": ("sc://",),
    "portal_url": ("https://", "http://"),
    "mail_url": ("smtp://", "smtps://"),
    "sms_url": ("https://", "http://"),
    "oidc_issuer": ("https://", "http://"),
}


@dataclass(frozen=True)
class Settings:
    """What an installation is set to: where things are kept and how much of the machine to use."""

    home: Path = field(
        default=Path("passerelle-home"),
        metadata={
            "about": "Folder that holds everything of the default installation: store, lake, key, "
            "and logs. Created on first use."
        },
    )
    database_url: str = field(
        default="",
        repr=False,  # it may hold a password
        metadata={
            "about": "Database of the store: `postgresql://USER@HOST:PORT/NAME` "
            "(needs `passerelle[postgres]`). Empty: SQLite in the home folder."
        },
    )
    lake_url: str = field(
        default="",
        repr=False,  # one that holds a key is refused, but only where it is used
        metadata={
            "about": "Folder or object storage URL of the lake (`s3://…`, `gs://…`, `abfss://…`). "
            "Empty: `lake` in the home folder. Keys are never part of it: the storage's own "
            "variables, such as `AWS_ACCESS_KEY_ID`, are read by the library that speaks to it; "
            "see [The lake on an object storage](../how-to/lake-on-object-storage.md)."
        },
    )
    engine_url: str = field(
        default="",
        repr=False,  # it may hold a token
        metadata={
            "about": "Spark Connect server that runs set-wise SQL, `sc://HOST:PORT` "
            "(needs `passerelle[spark]`). Empty: DuckDB in this process."
        },
    )
    language: str = field(
        default="",
        metadata={"about": "Language of what people read: `en` or `fr`. Empty: the terminal's."},
    )
    memory_limit: str = field(
        default="2GB",
        metadata={"about": "Most memory that one query of the engine may take before it spills."},
    )
    threads: int = field(
        default=0,
        metadata={"about": "Threads that the engine may use. 0: one for each processor."},
    )
    secret_key: str = field(
        default="",
        repr=False,
        metadata={
            "about": "Secret that identifier ids are keyed with, at least 32 characters. Empty: "
            "the file `secret.key` of the home folder, made on first use. Without it old ids "
            "cannot be read any more; back it up apart from the data."
        },
    )
    master_key: str = field(
        default="",
        repr=False,
        metadata={
            "about": "Master keys that people's keys are wrapped with: a number, a space and 32 "
            "bytes in base 64, several between commas; the highest number wraps. Empty: the file "
            "`master.key` of the home folder, made on first use. Without it no encrypted value "
            "can be read any more; back it up apart from the data."
        },
    )

    log_days: int = field(
        default=30,
        metadata={
            "about": "Days that a segment of the event log is kept once all of it was read, to "
            "replay it. 0: for ever."
        },
    )

    portal_url: str = field(
        default="",
        metadata={
            "about": "Where people reach the customer's page: `https://moi.enseigne.fr`. Empty: "
            "the address that it listens on, on this machine alone."
        },
    )
    mail_url: str = field(
        default="",
        repr=False,  # it may hold a password
        metadata={
            "about": "Mail server for the customer's page: `smtp://USER:PASSWORD@HOST:587` "
            "(with STARTTLS) or `smtps://…`. Empty: mails are written to the folder `outgoing` "
            "of the home folder, for trying things out."
        },
    )
    mail_from: str = field(
        default="",
        metadata={"about": "Sender of those mails, such as `Enseigne <bonjour@enseigne.fr>`."},
    )
    sms_url: str = field(
        default="",
        repr=False,
        metadata={
            "about": "HTTP gateway for text messages: gets a POST of JSON with `to` and `text`. "
            "Empty: text messages are written to the folder `outgoing` of the home folder."
        },
    )
    sms_key: str = field(
        default="",
        repr=False,
        metadata={"about": "Key of that gateway, sent as `Authorization: Bearer KEY`."},
    )
    oidc_issuer: str = field(
        default="",
        metadata={
            "about": "OpenID Connect provider whose accounts may sign in to the customer's page, "
            "such as `https://login.enseigne.fr` (needs `passerelle[oidc]`). Empty: none."
        },
    )
    oidc_client: str = field(
        default="", metadata={"about": "The page's client id at that provider."}
    )
    oidc_secret: str = field(
        default="", repr=False, metadata={"about": "The page's client secret at that provider."}
    )
    tombstones: str = field(
        default="",
        metadata={
            "about": "File of the tombstone journal: keyed ids of who was erased, to erase them "
            "again after a backup is put back. Keep it where no backup of the home folder "
            "overwrites it. Empty: `tombstones.jsonl` in the home folder."
        },
    )

    @property
    def tombstones_file(self) -> Path:
        """The tombstone journal with its default filled in."""
        return Path(self.tombstones) if self.tombstones else self.home / "tombstones.jsonl"

    @property
    def store_url(self) -> str:
        """The database URL with its default filled in."""
        return self.database_url or f"sqlite:///{self.home / 'store.sqlite3'}"

    @property
    def lake_location(self) -> str:
        """The lake's folder or URL with its default filled in."""
        return self.lake_url or str(self.home / "lake")


def read_settings(environment: Mapping[str, str], *, home: Path | None = None) -> Settings:
    """The settings of an environment; `home` wins over `PASSERELLE_HOME`.

    Raises:
        Misconfigured: A value cannot be read; the message names the setting.
    """
    values: dict[str, object] = {}
    for each in fields(Settings):
        raw = environment.get(f"{PREFIX}{each.name.upper()}", "")
        if raw:
            values[each.name] = _parse(each.name, raw)
    if home is not None:
        values["home"] = home
    settings = Settings(**values)  # type: ignore[arg-type]  # _parse gives each field its type
    return _checked(settings)


def secret_file(settings: Settings) -> Path | None:
    """The file that holds the secret, made or not; None if a setting holds it."""
    return None if settings.secret_key else settings.home / "secret.key"


def read_secret(settings: Settings) -> bytes:
    """The secret that identifier ids are keyed with; made on first use.

    Raises:
        Misconfigured: The secret is too short to protect anything, or cannot be read.
        Retryable: The disk is full, and no secret was made.
    """
    path = secret_file(settings)
    if path is None:
        return _long_enough(settings.secret_key.encode(), f"{PREFIX}SECRET_KEY")
    try:
        if not path.exists():
            _write_new_secret(path)
        return _long_enough(path.read_bytes().strip(), str(path))
    except OSError as error:
        raise _unusable(path, error) from None


def _write_new_secret(path: Path) -> None:
    # Two first starts at once must agree: one at a time, and whoever comes second finds it made.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if path.exists():
            return
        draft = path.with_name(".secret.draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        os.fsync(folder)  # ids are written with it from now on: a power cut must not lose it
    finally:
        os.close(folder)


def _unusable(path: Path, error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Retryable(
            _("The disk is full; the secret {path} could not be made.").format(path=path),
            after=timedelta(minutes=1),
            hint=_("Free some space, then run the same command again."),
        )
    return Misconfigured(
        _("The secret {path} cannot be read or made: {reason}.").format(
            path=path, reason=error.strerror
        ),
        hint=_("Set PASSERELLE_HOME to a folder that you may write to, and keep the file yours."),
    )


def _long_enough(secret: bytes, where: str) -> bytes:
    if len(secret) < 32:
        raise Misconfigured(
            _("The secret in {place} is shorter than 32 characters.").format(place=where),
            hint=_("Make one with: {command}").format(command=_MAKE_SECRET),
        )
    return secret[:64]  # BLAKE2b takes keys of at most 64 bytes


_MAKE_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"  # noqa: S105


def _parse(name: str, raw: str) -> object:
    parsers: Mapping[str, Callable[[str], object]] = {
        "home": _parse_home,
        "threads": _parse_threads,
        "log_days": _parse_days,
        "language": _parse_language,
        "memory_limit": _parse_memory_limit,
    }
    return parsers.get(name, str)(raw.strip())


def _parse_home(raw: str) -> Path:
    try:
        return Path(raw).expanduser()
    except RuntimeError:  # ~ of somebody whom the machine does not know
        raise _bad("HOME", hint=_("Give the path of a folder.")) from None


def _parse_threads(raw: str) -> int:
    if not (raw.isascii() and raw.isdecimal() and int(raw) <= _MOST_THREADS):
        raise _bad("THREADS", hint=_("Give a whole number; 0 is one for each processor."))
    return int(raw)


def _parse_days(raw: str) -> int:
    if not (raw.isascii() and raw.isdecimal() and int(raw) <= _MOST_DAYS):
        raise _bad("LOG_DAYS", hint=_("Give a whole number of days; 0 is for ever."))
    return int(raw)


def _parse_language(raw: str) -> str:
    language = raw.partition(".")[0].partition("_")[0].lower()  # fr_FR.UTF-8 is French too
    if language not in LANGUAGES:
        raise _bad("LANGUAGE", hint=_("Give one of: {words}.").format(words=", ".join(LANGUAGES)))
    return language


def _parse_memory_limit(raw: str) -> str:
    if not _MEMORY.fullmatch(raw):
        raise _bad("MEMORY_LIMIT", hint=_("Give a size such as 2GB or 800MB, or a share: 50%."))
    return raw


def _bad(name: str, *, hint: str) -> Misconfigured:
    # The value is not repeated: it may be one that was meant for another setting.
    return Misconfigured(_("{name} cannot be read.").format(name=f"{PREFIX}{name}"), hint=hint)


def _checked(settings: Settings) -> Settings:
    for name, schemes in _SCHEMES.items():
        value = getattr(settings, name)
        if value and not value.startswith(schemes):
            hint = _("It begins with one of: {schemes}").format(schemes=" ".join(schemes))
            raise _bad(name.upper(), hint=hint)
    return settings
