"""What an event's statement of consent says about advertising: granted, denied, or nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

GRANTED = "granted"
DENIED = "denied"
UNSTATED = "unstated"

_IGNORED = re.compile(r"[\s._\-]")


def read_consent(text: str) -> str:
    """The state of consent for advertising that a JSON text states.

    Every purpose of advertising that is named must be granted; other purposes do not matter.

    >>> read_consent('{"categoryPreferences": {"Advertising": true, "Analytics": false}}')
    'granted'
    >>> read_consent('{"ad_storage": "denied"}'), read_consent('{"analytics": true}')
    ('denied', 'unstated')
    """
    try:
        stated = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return UNSTATED
    states = list(_states(stated))
    if not states:
        return UNSTATED
    return GRANTED if all(states) else DENIED


def consents_table(said: pa.Table) -> pa.Table:
    """Grain: one row per device; its last statement (`consent`) read as a `state`."""
    texts = pc.unique(said["consent"])
    states = pa.array([read_consent(text) for text in texts.to_pylist()], pa.string())
    places = pc.index_in(said["consent"], value_set=texts)
    return pa.table(
        {"device_id": said["device_id"].cast(pa.int64()), "state": pc.take(states, places)},
        schema=pa.schema([("device_id", pa.int64()), ("state", pa.string())]),
    )


def _states(stated: object) -> Iterator[bool]:
    if isinstance(stated, list):
        for each in stated:
            yield from _states(each)
    if not isinstance(stated, dict):
        return
    for name, value in stated.items():
        if _plain(name) in _words("advertising"):
            state = _state(value)
            if state is not None:
                yield state
        elif isinstance(value, dict | list):
            yield from _states(value)


def _state(value: object) -> bool | None:
    word = _plain(str(value))
    if word in _words("granted"):
        return True
    return False if word in _words("denied") else None


def _plain(word: str) -> str:
    return _IGNORED.sub("", word).lower()


@cache
def _words(name: str) -> frozenset[str]:
    file = resources.files(__package__) / "data" / "consent_words.toml"
    return frozenset(tomllib.loads(file.read_text("utf-8"))[name])
