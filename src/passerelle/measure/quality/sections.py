"""The sections of the quality report, which a terminal prints and a page shows alike."""

from __future__ import annotations

from passerelle.kernel.language import N_, _
from passerelle.measure.quality.quality_report import (
    AddressLevel,
    AddressQuality,
    ColumnQuality,
    Example,
    Finding,
    Gain,
    QualityReport,
    RefusedRows,
)
from passerelle.measure.quality.words import (
    address_gain_label,
    address_reason,
    channel_in_sentence,
    channel_label,
    column_label,
    field_label,
    finding_label,
    key_label,
    mending_advice,
    mending_label,
)
from passerelle.pages import Line, Section, number, readable, share


def quality_sections(report: QualityReport) -> tuple[Section, ...]:
    """Every section that has something to say, in the order of reading."""
    sections = (
        _reach(report),
        _gains(report),
        _addresses(report),
        _address_gains(report),
        _columns(report),
        _findings(report),
        _changes(report),
        _frequent(report),
        _duplicates(report),
        _shapes(report),
        _refused(
            "refused", _("Rows that could not be read"), _("They are in no count."), report.refused
        ),
        _refused(
            "quarantine",
            _("Rows in quarantine"),
            _("They wait to be mended: passerelle quarantine list"),
            report.quarantine,
        ),
    )
    return tuple(section for section in sections if section.lines)


def _reach(report: QualityReport) -> Section:
    whole = report.customers.customers or 1
    labels = (
        N_("Now"), N_("Share"), N_("More once mended"), N_("Share then"), N_("Not usable"),
        N_("Nothing said"),
    )  # fmt: skip
    return Section(
        "reach",
        _("Who can be reached"),
        _(
            "Customers by channel: now, and once everything that is proposed is done. Whether "
            "they agreed to be written to is another matter."
        ),
        (_("Channel"), *map(_, labels)),
        tuple(
            Line(
                channel_label(each.channel),
                (
                    number(each.now),
                    share(each.now / whole),
                    f"+{number(each.mendable)}" if each.mendable else "–",
                    share((each.now + each.mendable) / whole),
                    number(each.unusable),
                    number(each.missing),
                ),
                ((each.now + each.mendable) / whole, each.now / whole),
            )
            for each in report.reach
        ),
        legend=(_("once mended"), _("now")),
    )


def _gains(report: QualityReport) -> Section:
    labels = (N_("Cells"), N_("Customers"), N_("More can be reached"))
    return Section(
        "gains",
        _("What mending would bring"),
        _("Each line counts what it brings alone; nothing was changed."),
        (_("To do"), *map(_, labels)),
        tuple(
            Line(
                mending_label(gain.code),
                (number(gain.cells), number(gain.customers), _reached(gain)),
                remark=mending_advice(gain.code),
            )
            for gain in report.gains
        ),
        texts=(2,),
    )


def _reached(gain: Gain) -> str:
    told = [
        _("{count} by {channel}").format(count=number(count), channel=channel_in_sentence(channel))
        for channel, count in gain.reached.items()
        if count
    ]
    return ", ".join(told) or "–"


def _addresses(report: QualityReport) -> Section:
    found = report.addresses
    return Section(
        "addresses",
        _("How far the addresses can be checked"),
        _judged(found)
        + " "
        + _("V0 is an address whose town was not found, V1 town, V2 street, V3 house number."),
        (_("Level and reason"), _("Rows"), _("Share"), _("Examples, masked")),
        tuple(
            Line(
                _("{level}: {reason}").format(level=each.level, reason=address_reason(each.reason)),
                (number(each.rows), share(each.rows / found.judged), _examples(report, each)),
            )
            for each in found.levels
        ),
        texts=(2,),
    )


def _judged(found: AddressQuality) -> str:
    if found.judged == found.rows:
        return _("Every row with an address was standardized.")
    return _(
        "{judged} of the {rows} rows with an address were standardized, drawn evenly by the name "
        "of the person; shares hold for all."
    ).format(judged=number(found.judged), rows=number(found.rows))


def _address_gains(report: QualityReport) -> Section:
    found = report.addresses
    return Section(
        "address_gains",
        _("What standardizing the addresses would bring"),
        _judged(found) + " " + _("To do it: passerelle addresses standardize FILE --out FILE"),
        (_("Brings"), _("Rows"), _("Share"), _("In all, about")),
        tuple(
            Line(
                address_gain_label(each.code),
                (
                    number(each.rows),
                    share(each.rows / found.judged),
                    number(round(each.rows * found.rows / found.judged)),
                ),
            )
            for each in found.gains
        ),
    )


def _columns(report: QualityReport) -> Section:
    labels = (
        N_("Filled"), N_("Can be used"), N_("Suspected"), N_("Different values"), N_("Repeated"),
    )  # fmt: skip
    return Section(
        "columns",
        _("Column by column"),
        _(
            "Filled and usable are shares of the rows, and of the filled cells; a value is "
            "repeated when it stands in another row too."
        ),
        (_("Column"), *map(_, labels)),
        tuple(_column(report, each) for each in report.columns),
        legend=(_("filled"), _("can be used")),
        note=_("≈ estimated from a sample of the values.")
        if any(each.is_estimate for each in report.columns)
        else "",
    )


def _column(report: QualityReport, each: ColumnQuality) -> Line:
    mark = "≈ " if each.is_estimate else ""
    rows = each.rows or 1
    return Line(
        column_label(report, each),
        (
            share(each.filled / rows),
            share(each.valid / each.filled if each.filled else None),
            number(each.suspicious),
            mark + number(each.distinct),
            mark + number(each.repeated),
        ),
        (each.filled / rows, each.valid / rows),
        remark=field_label(each.field),
    )


def _findings(report: QualityReport) -> Section:
    labels = (N_("What"), N_("Cells"), N_("Share"), N_("Examples, masked"))
    lines = tuple(
        Line(
            column_label(report, column),
            (
                finding_label(found.code),
                number(found.cells),
                share(found.cells / _whole(column, found)),
                _examples(report, found),
            ),
        )
        for column in report.columns
        for found in column.findings
    )
    return Section(
        "findings",
        _("What is wrong or odd"),
        _(
            "Values are masked: after the first character, x stands for a letter and 9 for a "
            "digit. The row is the one that a spreadsheet shows."
        ),
        (_("Column"), *map(_, labels)),
        lines,
        texts=(0, 3),
    )


def _whole(column: ColumnQuality, found: Finding) -> int:
    """What a finding is a share of: the filled cells, or all where blank ones could be filled."""
    return column.rows if found.code.endswith("_filled") else column.filled


def _examples(report: QualityReport, found: Finding | AddressLevel) -> str:
    return ", ".join(_example(report, each) for each in found.examples)


def _example(report: QualityReport, each: Example) -> str:
    shown = readable(each.masked, most=24)
    if report.source is not None:
        return _("{value} (row {row} of {file})").format(
            value=shown, row=each.row, file=readable(each.file, most=30)
        )
    return _("{value} (row {row})").format(value=shown, row=each.row)


def _changes(report: QualityReport) -> Section:
    return Section(
        "changes",
        _("Domains that are probably mistyped"),
        _("One slip away from a mail provider that many people have."),
        (_("Said"), _("Probably meant"), _("Cells")),
        tuple(
            Line(readable(each.said, most=40), (each.proposed, number(each.cells)))
            for column in report.columns
            for each in column.changes
        ),
        texts=(0,),
    )


def _frequent(report: QualityReport) -> Section:
    lines = tuple(
        Line(
            column_label(report, column),
            (_example(report, each.example), number(each.rows), share(each.rows / column.filled)),
        )
        for column in report.columns
        if any(found.code == "too_frequent" for found in column.findings)
        for each in column.frequent[:3]
    )
    return Section(
        "frequent",
        _("Values that stand in too many rows"),
        _("A shop's phone, a till's card, a date typed by default: they name nobody."),
        (_("Column"), _("Most frequent, masked"), _("Rows"), _("Share")),
        lines,
        texts=(0,),
    )


def _duplicates(report: QualityReport) -> Section:
    counted = report.customers
    if not counted.surplus:
        lines: tuple[Line, ...] = ()
    else:
        lines = (
            Line(_("Customers in several rows"), (number(counted.repeated),)),
            Line(_("Rows beyond the first of a customer"), (number(counted.surplus),)),
            *(
                Line(key_label(each.key), (number(each.rows),), is_part=True)
                for each in counted.keys
                if each.rows
            ),
            Line(_("Letters spared in a mailing to all"), (number(counted.letters_saved),)),
        )
    return Section(
        "duplicates",
        _("One customer in several rows"),
        _(
            "By exact values only; passerelle records link finds those that are written "
            "differently. A row may repeat a customer in several ways."
        ),
        (_("Found by"), _("Count")),
        lines,
    )


def _shapes(report: QualityReport) -> Section:
    return Section(
        "shapes",
        _("How the cells are written"),
        _("A and a stand for letters, 9 for one digit; the most frequent ways first."),
        (_("Column"), _("Written as")),
        tuple(
            Line(
                column_label(report, column),
                (
                    "  |  ".join(
                        f"{readable(each.pattern, most=28)} {share(each.cells / column.filled)}"
                        for each in column.shapes[:4]
                    ),
                ),
            )
            for column in report.columns
            if column.shapes
        ),
        texts=(0,),
    )


def _refused(code: str, title: str, lead: str, rows: tuple[RefusedRows, ...]) -> Section:
    return Section(
        code,
        title,
        lead,
        (_("Reason"), _("Rows")),
        tuple(Line(each.reason, (number(each.rows),)) for each in rows),
    )
