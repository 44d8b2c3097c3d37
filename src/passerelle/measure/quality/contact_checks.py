"""Checks of e-mail addresses and phone numbers, and what to put in the place of those mistyped."""

from __future__ import annotations

import re

import polars as pl

from passerelle.identifiers import (
    NormalizedColumn,
    Parsed,
    are_fiction,
    judge_identifier,
    normalize_column,
    parse_identifier,
    propose_email,
)
from passerelle.measure.quality.checked import (
    PLACEHOLDER,
    Checked,
    Setting,
    first_of,
    is_among,
    kept,
    proposed_once,
)

_AT = re.compile(r"\s*[(\[{]\s*(?:at|a|arobase|@)\s*[)\]}]\s*|\s+(?:at|arobase)\s+", re.IGNORECASE)
_DOT = re.compile(r"\s*[(\[{]\s*(?:dot|point)\s*[)\]}]\s*|\s+(?:dot|point)\s+", re.IGNORECASE)


def check_email(cells: pl.Series, setting: Setting) -> Checked:
    """E-mail addresses, with the provider that was meant and phones that stand there instead."""
    del setting
    read = normalize_column("email", cells)
    refusals = _refusals(read)
    refused = kept(cells, refusals.is_not_null() & (refusals != PLACEHOLDER))
    values = kept(read.values, refusals.is_null())
    domains = _domain_proposals(cells, values)
    phones = kept(refused, ~refused.str.contains("@", literal=True))
    return Checked(
        values=values,
        refusals=refusals,
        kinds=read.judgements,
        suspicions={
            "role": is_among(read.judgements, "role"),
            "disposable": is_among(read.judgements, "disposable"),
            "several_values": read.others.is_not_null(),
            "hashed": values.str.starts_with("sha256:").fill_null(False),
        },
        proposals={
            "email_domain": domains["proposed"],
            "email_writing": proposed_once(refused, rewrite_email),
            "phone_elsewhere": kept(
                (found := normalize_column("phone", phones)).values,
                is_among(found.judgements, "mobile", "landline"),
            ),
        },
        changes={"email_domain": domains.select("said", proposed="meant")},
    )


def check_phone(cells: pl.Series, setting: Setting) -> Checked:
    """Phone numbers, with what kind they are and e-mail addresses that stand there instead."""
    read = normalize_column("phone", cells, region=setting.regions)
    refusals = _refusals(read)
    values = kept(read.values, refusals.is_null())
    emails = kept(cells, refusals.is_not_null() & cells.str.contains("@", literal=True))
    misplaced = normalize_column("email", emails)
    suspicions = {
        "premium": is_among(read.judgements, "premium"),
        "platform": is_among(read.judgements, "platform"),
        "fiction": are_fiction(values),
        "several_values": read.others.is_not_null(),
    }
    if setting.field == "phone_mobile":
        suspicions["landline_for_mobile"] = is_among(read.judgements, "landline")
    return Checked(
        values=values,
        refusals=refusals,
        kinds=read.judgements,
        suspicions=suspicions,
        proposals={
            "email_elsewhere": kept(misplaced.values, is_among(misplaced.judgements, "personal"))
        },
    )


def rewrite_email(text: str) -> str | None:
    """A refused address as it was probably meant, or None.

    Only slips that leave one reading are mended: commas for full stops, signs doubled, `(at)`,
    blanks in the domain, a provider without its full stop. A blank in the part before the @ may
    stand for a full stop, a dash or nothing: it is left to people.

    >>> rewrite_email("marie,dupont@gmail,com"), rewrite_email("marie@@exemple.fr")
    ('marie.dupont@gmail.com', 'marie@exemple.fr')
    >>> rewrite_email("marie dupont@exemple.fr"), rewrite_email("marie@gmailcom")
    (None, 'marie@gmail.com')
    """
    text = _DOT.sub(".", _AT.sub("@", text.strip()))
    local, sign, domain = re.sub("@+", "@", text).partition("@")
    if not sign:
        return None
    local = re.sub(r"\.{2,}", ".", local.replace(",", ".").strip()).strip(".")
    domain = re.sub(r"\.{2,}", ".", re.sub(r"\s", "", re.sub("[,;:]", ".", domain))).strip(".")
    reading = parse_identifier("email", f"{local}@{domain}")
    if not isinstance(reading, Parsed) or reading.others:
        return None
    proposal = propose_email(reading.value)
    meant = reading.value if proposal is None else proposal.address
    return meant if judge_identifier("email", meant).may_link else None


def _refusals(read: NormalizedColumn) -> pl.Series:
    """Why a cell cannot be used: what stands for nothing says so, also where it is well written."""
    blocked = pl.select(
        code=pl.when(is_among(read.judgements, "blocked") | is_among(read.reasons, "blocked")).then(
            pl.lit(PLACEHOLDER)
        )
    )["code"]
    return first_of(blocked, read.reasons)


def _domain_proposals(cells: pl.Series, values: pl.Series) -> pl.DataFrame:
    """Columns `proposed` (an address), `domain` and `meant`; null where nothing is proposed.

    A domain at which no mail can arrive was read as the one that was meant: that is told too.
    """
    cut = pl.DataFrame({"cell": cells, "value": values}).select(
        "value",
        local=pl.col("value").str.extract(r"^(.*)@[^@]*$"),
        domain=pl.col("value").str.extract(r"@([^@]*)$"),
        said=pl.col("cell").str.extract(r"@\s*([^@\s<>\"']+)$").str.to_lowercase(),
    )
    meant = proposed_once(cut["domain"], _meant_domain)
    was_mended = pl.col("said").ne(pl.col("domain")) & proposed_once(
        kept(cut["said"], cut["said"] != cut["domain"]), _meant_domain
    ).eq_missing(cut["domain"])
    told = cut.with_columns(
        meant=pl.coalesce(pl.lit(meant), pl.when(was_mended).then("domain")),
        said=pl.when(was_mended).then("said").otherwise("domain"),
    )
    return told.select(
        proposed=pl.concat_str("local", "meant", separator="@"),
        said=pl.when(pl.col("meant").is_not_null()).then("said"),
        meant="meant",
    )


def _meant_domain(domain: str) -> str | None:
    proposal = propose_email(f"x@{domain}")
    return None if proposal is None else proposal.domain
