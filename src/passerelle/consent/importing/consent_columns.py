"""What the columns of a file of consents mean, by their headers or as a mapping says.

A long file has one row a statement: purpose, channel, decision. A wide one has a column of
answers for each channel: `optin_email`, `stop_courrier`.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from passerelle.collect import TableFile, propose_mapping
from passerelle.consent.channels import CHANNELS, EVERY
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

SUBJECTS = ("email", "phone", "record", "cookie", "mobile_id")
_FACTS = ("purpose", "channel", "decision", "date", "notice", "method")
_SUBJECT_FIELDS = MappingProxyType(
    {
        "record_key": "record", "customer_number": "record", "email": "email",
        "phone_mobile": "phone", "phone_home": "phone", "cookie": "cookie",
        "mobile_id": "mobile_id",
    }
)  # fmt: skip
_CHANNEL_WORDS = MappingProxyType(
    {
        "email": "email", "mail": "email", "courriel": "email", "newsletter": "email",
        "emailing": "email", "sms": "sms", "tel": "phone", "telephone": "phone", "phone": "phone",
        "appel": "phone", "courrier": "post", "post": "post", "postal": "post", "push": "push",
    }
)  # fmt: skip
_YES_WORDS = frozenset({"optin", "opt", "consent", "consentement", "accord", "accepte", "abonne"})
_NO_WORDS = frozenset({"stop", "optout", "out", "desabonne", "unsubscribed", "opposition", "refus"})
_FACT_WORDS = MappingProxyType(
    {
        "purpose": "purpose", "finalite": "purpose", "channel": "channel", "canal": "channel",
        "decision": "decision", "choix": "decision", "date": "date", "notice": "notice",
        "mention": "notice", "method": "method", "methode": "method",
    }
)  # fmt: skip


@dataclass(frozen=True)
class ConsentColumns:
    """What is known of a file's columns before its rows are read.

    Args:
        meanings: Meaning by column: a subject's type, a fact (`date`, `decision`, ...),
            `yes:CHANNEL` or `no:CHANNEL` for answers, `date:CHANNEL` for their dates.
        purpose: What rows are about that do not say; empty: the purpose called marketing.
        channel: The channel of rows that do not say; empty: none.
        notice: What was shown, for rows that do not say.
    """

    meanings: Mapping[str, str]
    purpose: str = ""
    channel: str = ""
    notice: str = ""

    @property
    def is_long(self) -> bool:
        """Whether a row is one statement."""
        return "decision" in self.meanings.values()

    def columns_for(self, meaning: str) -> list[str]:
        """The columns of one meaning, in the file's order."""
        return [column for column, each in self.meanings.items() if each == meaning]

    def to_json(self) -> str:
        """It as text, to keep with the import; `columns` names them all."""
        options = {"purpose": self.purpose, "channel": self.channel, "notice": self.notice}
        return json.dumps({"columns": dict(self.meanings), **options}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> ConsentColumns:
        """What `to_json` wrote."""
        said = json.loads(text)
        return cls(said.pop("columns"), **said)


def propose_columns(
    table: TableFile,
    mapping: Path | None = None,
    *,
    purpose: str = "",
    channel: str = "",
    notice: str = "",
) -> ConsentColumns:
    """What a file's columns mean: as a mapping says, or else by their headers.

    Raises:
        InvalidInput: The mapping cannot be read, or nobody or nothing that was said is named.
    """
    meanings = _by_headers(table) if mapping is None else _read_mapping(mapping, table.columns)
    found = set(meanings.values())
    has_answers = "decision" in found or any(each[:3] in ("yes", "no:") for each in found)
    if not found & set(SUBJECTS) or not has_answers:
        raise InvalidInput(
            _("No column says who consented, or none says what."),
            hint=_("Name them in a mapping: passerelle consent import --help"),
        )
    return ConsentColumns(meanings, purpose, channel, notice)


def _by_headers(table: TableFile) -> dict[str, str]:
    said: dict[str, str | None] = {each: _meaning(_words(each)) for each in table.columns}
    proposed = propose_mapping(table.columns, table.sample(), kind="records")
    for each in proposed.columns:
        if said[each.column] is None:
            said[each.column] = _SUBJECT_FIELDS.get(each.field or "")
    return {column: meaning for column, meaning in said.items() if meaning is not None}


def _words(header: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode().lower()
    joined = re.sub(r"opt[\s_-]+(in|out)\b", r"opt\1", plain).replace("e-mail", "email")
    return re.findall(r"[a-z]+", joined)


def _meaning(words: list[str]) -> str | None:
    """What a header says of consent; None if nothing."""
    channel = next((_CHANNEL_WORDS[word] for word in words if word in _CHANNEL_WORDS), "")
    answers = (_NO_WORDS | _YES_WORDS) & set(words)
    if "date" in words and (answers or words == ["date"]):
        return f"date:{channel}" if channel else "date"
    if _NO_WORDS & set(words):
        return f"no:{channel or EVERY}"
    if answers or words == ["newsletter"]:
        return f"yes:{channel}" if channel else "decision"
    return _FACT_WORDS.get(words[0]) if len(words) == 1 else None


def _read_mapping(path: Path, columns: tuple[str, ...]) -> dict[str, str]:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("columns")
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        said = None
    meanings = {f"{way}:{name}" for way in ("yes", "no", "date") for name in CHANNELS}
    known = {*SUBJECTS, *_FACTS, *meanings, f"no:{EVERY}"}
    if not isinstance(said, dict) or not set(said) <= set(columns) or not _are_in(said, known):
        raise InvalidInput(
            _("The mapping {name} cannot be used.").format(name=path.name),
            hint=_('Write under [columns] one line a column of the file: "Accord" = "yes:email".'),
        )
    return said


def _are_in(said: Mapping[str, object], known: set[str]) -> bool:
    return all(isinstance(each, str) and each in known for each in said.values())
