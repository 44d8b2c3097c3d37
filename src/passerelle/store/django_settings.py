"""Point Django at the store's database, with no settings file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from passerelle.store.connections import is_sqlite, sqlite_path, with_timeout

APPS = (
    "passerelle.store",
    "passerelle.collect",
    "passerelle.identify",
    "passerelle.unify",
    "passerelle.consent",
    "passerelle.portal",
)
"""Stages that own tables: each is a Django app with models and migrations inside."""


# The size of pages is that of a file's first table. Imports touch most pages with every batch:
# larger ones go to the disk in a third less of the processor's time than SQLite's 4 KiB.
_PRAGMAS = "pragma page_size=16384; pragma journal_mode=wal; pragma synchronous=normal;"


def lend_django(more: Mapping[str, Any]) -> None:
    """Give Django settings of an entry point, such as its pages, once a store was opened."""
    from django.conf import settings

    for name, value in more.items():
        setattr(settings, name, value)


def point_django_at(url: str) -> None:
    """Make a URL the database of Django's models in this process."""
    import django
    from django.conf import settings

    databases = {"default": _database(url)}
    if not settings.configured:
        settings.configure(
            DATABASES=databases,
            INSTALLED_APPS=list(APPS),
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
            TIME_ZONE="UTC",
        )
        django.setup()
        return
    from django.db import connections

    wanted = connections.configure_settings(databases)
    if connections.settings != wanted:
        connections["default"].close()
        del connections["default"]
        connections.settings = wanted


def _database(url: str) -> dict[str, Any]:
    if is_sqlite(url):
        return {
            "ENGINE": "passerelle.store.sqlite_backend",
            "NAME": str(sqlite_path(url)),
            "OPTIONS": {
                "timeout": 60,
                "transaction_mode": "IMMEDIATE",
                "init_command": _PRAGMAS,
            },
        }
    parts = urlsplit(with_timeout(url))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
