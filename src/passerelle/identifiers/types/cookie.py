"""Cookie: the random id of one browser."""

from __future__ import annotations

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.identifier_type import (
    BLOCKED,
    Example,
    IdentifierType,
    Judgement,
    ParseContext,
    Parsed,
    Reading,
    Refused,
    by_kind,
)
from passerelle.identifiers.text_cleaning import clean_text
from passerelle.kernel.language import N_

BROWSER = Judgement("browser", True, N_("It names one browser, which a household may share."))

_LONGEST = 200  # characters, PostHog's limit for a distinct id
_QUOTES = "\"'` "


def _parse(raw: str, context: ParseContext) -> Reading:
    del context
    text = clean_text(raw).strip(_QUOTES)
    if not text:
        return None if not clean_text(raw) else Refused("blocked")
    if len(text) > _LONGEST:
        return Refused("too_long")
    if stands_for_nothing(text):
        return Refused("blocked")
    return Refused("inner_blank") if " " in text else Parsed(text)


def _judge(value: str) -> Judgement:
    return BLOCKED if not value.strip("0-.") else BROWSER


PLUGIN = IdentifierType(
    label=N_("Cookie"),
    rule_version=1,
    rule=N_("As it is, capitals included, without quotes around it; 200 characters at most."),
    source="Values and limits refused by PostHog (distinct id) and Segment Unify",
    tier="device",
    is_linking=True,
    is_shareable=True,
    parse=_parse,
    judge=_judge,
    judgements=by_kind(BROWSER, BLOCKED),
    examples=(
        Example(" GA1.1.1045792.1700000000 ", "GA1.1.1045792.1700000000", kind="browser"),
        Example('"aBc-123"', "aBc-123", kind="browser"),
        Example("0000-0000", "0000-0000", kind="blocked"),
        Example("anonymous", refused="blocked"),
        Example('"null"', refused="blocked"),
        Example("a b", refused="inner_blank"),
        Example("a" * 201, refused="too_long"),
    ),
)
