"""Which events say something about consent, by their names.

Source: segment-docs, consent-in-segment-connections.md (the one event that changes a choice) and
spec/email.md ("Unsubscribed", "Email Marked as Spam").
"""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

CHOICE = frozenset(
    {"segmentconsentpreferenceupdated", "consentpreferenceupdated", "consentupdated"}
)
"""Somebody answered a banner: `context.consent` says how. Names as letters alone."""

DECLARED = MappingProxyType(
    {
        "consentgiven": "granted",
        "consentgranted": "granted",
        "consentrefused": "refused",
        "consentdenied": "refused",
        "consentwithdrawn": "withdrawn",
        "consentrevoked": "withdrawn",
    }
)
"""A form or a till says it: the properties name purposes and channels."""

UNSUBSCRIBED = MappingProxyType(
    {
        "unsubscribed": ("email", "withdrawn"),
        "unsubscribe": ("email", "withdrawn"),
        "emailunsubscribed": ("email", "withdrawn"),
        "emailmarkedasspam": ("email", "objected"),
        "spamcomplaint": ("email", "objected"),
        "smsunsubscribed": ("sms", "withdrawn"),
        "smsoptout": ("sms", "withdrawn"),
        "smsstop": ("sms", "withdrawn"),
        "stopsms": ("sms", "withdrawn"),
    }
)
"""Channel that is closed, and how: a complaint is an objection, until it is lifted."""

_NAMES = (*CHOICE, *DECLARED, *UNSUBSCRIBED)


def letters_of(names: pl.Series) -> pl.Series:
    """Names of events as their letters alone, in lower case; null for those of no interest.

    >>> letters_of(pl.Series(["Email Marked as Spam", "Product Viewed", None])).to_list()
    ['emailmarkedasspam', None, None]
    """
    distinct = names.drop_nulls().unique()
    letters = distinct.str.to_lowercase().str.replace_all(r"[^a-z]", "")
    known = letters.replace_strict(_NAMES, _NAMES, default=None, return_dtype=pl.String)
    return names.replace_strict(distinct, known, default=None, return_dtype=pl.String)


def speaks_of_consent(events: pl.DataFrame) -> pl.DataFrame:
    """The events that say something about consent, with `speech`: the letters of their names,
    or null for an event that states a consent beside something else.
    """
    speech = letters_of(events["name"]).alias("speech")
    if speech.null_count() == len(speech) and events["consent"].null_count() == len(speech):
        return events.clear().with_columns(speech.clear())
    is_track = pl.col("type") == "track"
    told = events.with_columns(pl.when(is_track).then(speech).alias("speech"))
    return told.filter(pl.col("speech").is_not_null() | pl.col("consent").is_not_null())
