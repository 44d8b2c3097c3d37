"""Name of a person, as two keys: last name, then first name."""

from __future__ import annotations

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.identifier_type import (
    PERSONAL,
    Example,
    IdentifierType,
    Judgement,
    ParseContext,
    Parsed,
    Reading,
    Refused,
    by_kind,
)
from passerelle.identifiers.name_keys import first_name_key, last_name_key
from passerelle.identifiers.person_names import parse_full_name
from passerelle.identifiers.text_cleaning import clean_text
from passerelle.kernel.language import N_

PARTIAL = Judgement("partial", False, N_("The first name or the last name is missing."))

_LONGEST = 300  # characters


def _parse(raw: str, context: ParseContext) -> Reading:
    del context
    text = clean_text(raw)
    if not text:
        return None
    if len(text) > _LONGEST:
        return Refused("too_long")
    if stands_for_nothing(text, "names"):
        return Refused("blocked")
    if text.count("|") == 1:  # already canonical
        last_name, _, first_name = text.partition("|")
        return _as_keys(last_name, first_name)
    name = parse_full_name(text)
    if name is None or name.kind != "person":
        return Refused("invalid_syntax")
    return _as_keys(name.last_name or "", name.first_name or "")


def _as_keys(last_name: str, first_name: str) -> Reading:
    value = f"{last_name_key(last_name) or ''}|{first_name_key(first_name) or ''}"
    return Refused("invalid_syntax") if value == "|" else Parsed(value)


def _judge(value: str) -> Judgement:
    return PARTIAL if value.startswith("|") or value.endswith("|") else PERSONAL


PLUGIN = IdentifierType(
    label=N_("Name"),
    rule_version=2,
    rule=N_(
        "LAST|FIRST in capitals, without accents, letters only. It never links two records by"
        " itself. Couples and companies are refused."
    ),
    source="Unicode Standard Annex 15; first names: R\u00e9pertoire national des \u00e9lus",
    tier="attribute",
    is_linking=False,
    is_shareable=True,
    parse=_parse,
    judge=_judge,
    judgements=by_kind(PERSONAL, PARTIAL),
    examples=(
        Example("M. DUPONT Jean-Pierre", "DUPONT|JEANPIERRE", kind="personal"),
        Example("Mme Marie DUPONT n\u00e9e MARTIN", "DUPONT|MARIE"),
        Example("Mme DUPONT n\u00e9e MARTIN Marie-Claire", "DUPONT|MARIECLAIRE"),
        Example("Jean-Pierre de la Tour", "DELATOUR|JEANPIERRE"),
        Example("C\u0153ur \u0141ukasz|Ana\u00efs", "COEURLUKASZ|ANAIS"),
        Example("DUPONT", "DUPONT|", kind="partial"),
        Example("M. et Mme DUPONT", refused="invalid_syntax"),
        Example("SARL Dupont et fils", refused="invalid_syntax"),
        Example("inconnu", refused="blocked"),
    ),
)
