"""Django's SQLite with one difference: it is never open beside a bulk session of this process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from passerelle.store.sqlite_gate import ORM, gate_of


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that goes through the gate of its file when it opens and closes."""

    _entered_by: int | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        """Open the file once no bulk session of this process has it open."""
        gate_of(Path(conn_params["database"])).enter(ORM)
        self._entered_by = threading.get_ident()
        try:
            return super().get_new_connection(conn_params)
        except BaseException:
            self._leave()
            raise

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # Django's stubs leave it out
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._entered_by is not None:
            gate_of(Path(self.settings_dict["NAME"])).leave(ORM, self._entered_by)
            self._entered_by = None
