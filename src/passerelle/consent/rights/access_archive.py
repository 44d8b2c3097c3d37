"""The archive of an access or portability request: for people, and for programs.

One ZIP: `index.html` to read, `data.json`, one CSV a section, and `manifest.json` with the SHA-256
of each. Cells that a spreadsheet would run as formulas are disarmed.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from passerelle.consent.rights.access_data import (
    PORTABLE,
    TITLES,
    AccessData,
    person_name,
    read_access_data,
)
from passerelle.consent.rights.access_page import render_access_page
from passerelle.consent.rights.installation import Installation
from passerelle.files import guard_formula

_LAYOUT = 1  # of the archive, for programs
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def build_access_archive(
    of: Installation, profile_id: int, *, only_portable: bool = False
) -> bytes:
    """The archive of all that is known of one person.

    Args:
        of: The installation.
        profile_id: The person.
        only_portable: Only what the person gave or did, as for portability.

    Raises:
        InvalidInput: There is no such profile.
    """
    data = read_access_data(of, profile_id)
    names = PORTABLE if only_portable else tuple(TITLES)
    sections = {name: data.sections[name] for name in names}
    return pack_archive(data, sections)


def pack_archive(data: AccessData, sections: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """The files of an archive with their manifest, as a ZIP."""
    files = {
        "index.html": render_access_page(data, sections).encode(),
        "data.json": _as_json({"profile": person_name(data.profile_id), "made_at": data.made_at,
                               **sections}),
        **{f"csv/{name}.csv": _as_csv(rows) for name, rows in sections.items() if rows},
    }  # fmt: skip
    files["manifest.json"] = _as_json(
        {
            "layout": _LAYOUT,
            "made_at": data.made_at,
            "files": {
                name: {"sha256": sha256(body).hexdigest(), "bytes": len(body)}
                for name, body in files.items()
            },
        }
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY_OF_ZIP), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _as_json(told: object) -> bytes:
    return json.dumps(told, indent=1, ensure_ascii=False, default=_plain).encode()


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # spreadsheets read UTF-8 only after this


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    return guard_formula(_plain(value) if isinstance(value, date) else str(value))


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
