"""The words of the report: what each rule, reason and group is called."""

from __future__ import annotations

from types import MappingProxyType

from passerelle.kernel.language import N_, _
from passerelle.linkage.blocking import VALUE, Part
from passerelle.linkage.fields import Field, list_comparisons
from passerelle.linkage.levels import level_name
from passerelle.linkage.report.linkage_report import LinkageReport, SilentColumn, SizeRow
from passerelle.pages import number, readable, share

_REASONS = MappingProxyType(
    {
        "weak": N_("Compared, but whether it agrees says next to nothing."),
        "repeats": N_("Compared, but says nothing once {other} agrees, which decides it."),
        "empty": N_("No value."),
        "says_nothing": N_("Says nothing of a person, such as when a row was made."),
        "one_table": N_("No other file has a column of this name or kind."),
        "constant": N_("The same value everywhere."),
        "rare": N_("Filled on fewer than one record in a hundred."),
        "not_chosen": N_("Not among the fields that are compared: others say more."),
    }
)
_PARTS = MappingProxyType(
    {
        "beginning": N_("beginning"),
        "day and month": N_("day and month"),
        "user": N_("before the @"),
        "year": N_("year"),
    }
)


def headline(report: LinkageReport) -> str:
    """The report in two sentences, for people who read no further."""
    totals = report.totals
    if not totals.links:
        return _(
            "No two of the {records} records look like one person's: each stands for itself."
        ).format(records=number(totals.records))
    found = _(
        "The {records} records are {people} people in {households} households: {duplicates} "
        "records are of somebody who was there already."
    ).format(
        records=number(totals.records),
        people=number(totals.people),
        households=number(totals.households),
        duplicates=number(totals.duplicates),
    )
    expected = _("Of a hundred links, about {right} are right by the model's own estimate.").format(
        right=number(100 * (report.quality.precision or 0.0), decimals=1)
    )
    return f"{found} {expected}"


def cautions(report: LinkageReport) -> tuple[str, ...]:
    """What to know before using the numbers."""
    told = [
        _(
            "This page holds personal data: values and identifiers of your files. Keep it, send it "
            "and delete it as you do with the files themselves."
        )
    ]
    if report.totals.links:
        told.append(
            _(
                "Nobody told the model which pairs are right. Its estimates of precision and "
                "recall rest on its own probabilities; look at a few doubtful pairs before you "
                "trust them."
            )
        )
    if report.totals.records < FEW_RECORDS:
        told.append(
            _("Only {count} records: the weights were learned from little.").format(
                count=number(report.totals.records)
            )
        )
    skipped = sum(rule.skipped for rule in report.rules)
    if skipped or not report.rules:
        told.append(
            _(
                "Values that very many records share were not blocked by ({count} of them): pairs "
                "that agree on nothing else were not compared."
            ).format(count=number(skipped))
            if report.rules
            else _("Nothing to block by was found: no pair was compared.")
        )
    return tuple(told)


FEW_RECORDS = 1_000
"""Below, the weights rest on few pairs."""


def silent_reason(column: SilentColumn) -> str:
    """Why a column carries nothing."""
    return _(_REASONS[column.reason]).format(other=column.other)


def rule_name(parts: tuple[tuple[Field, Part], ...]) -> str:
    """A blocking rule: what has to agree."""
    return " + ".join(
        readable(field.label)
        if part.name == VALUE
        else f"{readable(field.label)} ({_(_PARTS.get(part.name, part.name))})"
        for field, part in parts
    )


def size_name(row: SizeRow) -> str:
    """How many members the groups of a row have.

    >>> size_name(SizeRow(6, 10, 1, 7)), size_name(SizeRow(51, None, 1, 60))
    ('6–10', '51+')
    """
    if row.most is None:
        return f"{row.least}+"
    return str(row.least) if row.most == row.least else f"{row.least}–{row.most}"


def level_of_field(field: Field, level: int) -> str:
    """A level of a field in a word or two."""
    return level_name(list_comparisons()[field.kind], level, say=_)


def kind_name(field: Field) -> str:
    """As what kind of value a field is compared."""
    return _(list_comparisons()[field.kind].label)


def bits(weight: float) -> str:
    """A weight with its sign.

    >>> bits(2.25), bits(-1.0), bits(-0.01)
    ('+2.2', '-1.0', '0.0')
    """
    rounded = round(weight, 1) + 0.0  # which makes 0 of -0
    return ("+" if rounded > 0 else "") + number(rounded, decimals=1)


def chance(probability: float) -> str:
    """A probability of a relation; one that is all but certain does not round to it.

    >>> chance(0.5), chance(0.9999)
    ('50.0%', '>99.9%')
    """
    return f">{share(0.999)}" if 0.9995 <= probability < 1 else share(probability)
