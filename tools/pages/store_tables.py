"""docs/reference/store.md: the tables of present state, from their Django models."""

from __future__ import annotations

import inspect
import tempfile
from pathlib import Path
from typing import Any

from passerelle.store import APPS, open_store
from tools.pages.markdown import code, page, table


def write() -> str:
    """The page's text."""
    from django.apps import apps

    # Django knows its models once it has been pointed at a database; any will do.
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"sqlite:///{Path(folder) / 'store.sqlite3'}")
        stages = [apps.get_app_config(name.rpartition(".")[2]) for name in APPS]
        blocks = [_block(model) for stage in stages for model in stage.get_models()]
        _forget_database()
    return page(
        "Tables of the store",
        "the `models.py` of each stage",
        "Present state, on SQLite or PostgreSQL (`PASSERELLE_DATABASE_URL`).",
        *blocks,
    )


def _block(model: Any) -> str:
    about = " ".join(inspect.cleandoc(model.__doc__).split())
    rows = [
        (
            code(field.column),
            field.get_internal_type().removesuffix("Field").lower(),
            "key" if field.primary_key else ("may be null" if field.null else ""),
            str(field.help_text),
        )
        for field in model._meta.concrete_fields
    ]
    stage = model._meta.app_config.name.rpartition(".")[2]
    columns = table(["column", "type", "", "meaning"], rows)
    return f"## {model._meta.db_table}\n\nStage `{stage}`. {about}\n\n{columns}"


def _forget_database() -> None:
    from django.db import connections

    connections.close_all()
