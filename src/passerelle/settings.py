"""Every setting, read once by the entry point and handed down.

This is the only module that looks at the environment. `docs/reference/settings.md` is written
from the descriptions below.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path

from passerelle.kernel import Misconfigured, Retryable
from passerelle.kernel.language import _

PREFIX = "PASSERELLE_"


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
            f"The secret in {where} is shorter than 32 characters.",
            hint="Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return secret[:64]  # BLAKE2b takes keys of at most 64 bytes


def _parse(name: str, raw: str) -> object:
    if name == "home":
        return Path(raw).expanduser()
    if name != "threads":
        return raw
    if not raw.isdecimal():
        raise Misconfigured(
            f"{PREFIX}THREADS must be a whole number.", hint="Set it to 0 for all processors."
        )
    return int(raw)


def _checked(settings: Settings) -> Settings:
    schemes = {
        "database_url": ("postgresql://", "postgres://", "sqlite:///"),
        "engine_url": ("sc://",),
    }
    for name, allowed in schemes.items():
        value = getattr(settings, name)
        if value and not value.startswith(allowed):
            raise Misconfigured(
                f"{PREFIX}{name.upper()} does not start with {' or '.join(allowed)}.",
                hint="See docs/reference/settings.md.",
            )
    return settings
