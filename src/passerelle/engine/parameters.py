"""Values for the `$name`s of a select."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias

Parameter: TypeAlias = str | int | float | bool | date | datetime | None

_COMMENT_OR_TEXT = re.compile(r"--[^\n]*|'(?:[^']|'')*'")
_NAME = re.compile(r"\$([a-zA-Z_]\w*)")


def needed(sql: str, given: Mapping[str, Parameter] | None) -> dict[str, Parameter]:
    """Those of the given values that the statement names: an engine refuses others.

    >>> needed("select $a -- not $b", {"a": 1, "ab": 2, "b": 3})
    {'a': 1}

    Raises:
        ValueError: The statement names one that is not given, or an instant has no time zone.
    """
    names = set(_NAME.findall(_COMMENT_OR_TEXT.sub(" ", sql)))
    values = dict(given or {})
    missing = sorted(names - set(values))
    if missing:
        raise ValueError(f"the statement needs values for: {', '.join(missing)}")
    found = {name: values[name] for name in values if name in names}
    for name, value in found.items():
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"the instant ${name} has no time zone")
    return found
