"""The report as sections of rows in words, in the order in which they are read."""

from __future__ import annotations

from passerelle.kernel.language import N_, _
from passerelle.linkage.relation_names import relation_name
from passerelle.linkage.report.linkage_report import (
    FieldWeights,
    LevelWeight,
    LinkageReport,
    PairStory,
    SizeRow,
)
from passerelle.linkage.report.words import (
    bits,
    kind_name,
    level_of_field,
    rule_name,
    silent_reason,
    size_name,
)
from passerelle.pages import Line, Section, number, readable, share

_MOST_SILENT = 100  # columns that are told; an export may have a thousand


def files_section(report: LinkageReport) -> Section:
    """Each file: its people, duplicates, and people that another file knows."""
    labels = (
        N_("Records"), N_("People"), N_("Duplicates"), N_("People also in another file"),
        N_("Share"),
    )  # fmt: skip
    return Section(
        "files",
        _("What each file holds"),
        _(
            "Duplicates are the records beyond the first that a file has of a person. The bar is "
            "the share of its people whom another file knows too."
        ),
        (_("File"), *map(_, labels)),
        tuple(
            Line(
                readable(row.source),
                (
                    number(row.records),
                    number(row.people),
                    number(row.duplicates),
                    number(row.shared_people),
                    share(row.shared_people / (row.people or 1)),
                ),
                (row.shared_people / (row.people or 1),),
            )
            for row in report.files
        ),
    )


def people_sizes_section(report: LinkageReport) -> Section:
    """People by how many records they have."""
    return Section(
        "people_sizes",
        _("Records of one person"),
        _("How many people have one record, two, or more. Very large ones deserve a look."),
        (_("Records a person"), _("People"), _("Share"), _("Records")),
        _size_lines(report.people_sizes),
    )


def household_sizes_section(report: LinkageReport) -> Section:
    """Households by how many people they have."""
    return Section(
        "household_sizes",
        _("People of one household"),
        _("People who live together, as far as name, address and what else they share tell."),
        (_("People a household"), _("Households"), _("Share"), _("People")),
        _size_lines(report.household_sizes),
    )


def quality_section(report: LinkageReport) -> Section:
    """Precision and recall as the model expects them."""
    quality = report.quality
    wrong = quality.kept - quality.expected_right
    missed = quality.expected_true - quality.expected_right
    return Section(
        "quality",
        _("How good the links are, by the model's own account"),
        _(
            "No pair was judged by a person. A link that the model gives {nine} counts as nine "
            "tenths of a right one; the sums of these are the estimate."
        ).format(nine=share(0.9, decimals=0)),
        (_("Estimate"), _("Pairs"), _("Of"), _("Share")),
        (
            Line(
                _("Links that are right (precision)"),
                (
                    f"≈ {number(quality.expected_right)}",
                    number(quality.kept),
                    share(quality.precision),
                ),
                (quality.precision or 0.0,),
                remark=_("About {count} links are wrong.").format(count=number(wrong)),
            ),
            Line(
                _("Right pairs that are linked (recall)"),
                (
                    f"≈ {number(quality.expected_right)}",
                    f"≈ {number(quality.expected_true)}",
                    share(quality.recall),
                ),
                (quality.recall or 0.0,),
                remark=_("About {count} right pairs were compared and not linked.").format(
                    count=number(missed)
                ),
            ),
        ),
        note=_(
            "Recall counts only pairs that were compared: what no blocking rule found is not in "
            "it, so the true recall is lower. Where the model is too sure, so is the estimate."
        ),
    )


def doubtful_section(report: LinkageReport) -> Section:
    """The pairs to judge by eye; the page shows each of them."""
    return Section(
        "doubtful",
        _("Pairs to look at"),
        _(
            "For {count} pairs the model is unsure: it gives them between {low} and {high} to be "
            "one person. Here are the {shown} nearest to one half, two at most that agree alike. "
            "Open one to see what speaks for and against."
        ).format(
            count=number(report.doubtful.count),
            shown=number(len(report.doubtful.nearest)),
            low=share(0.01, decimals=0),
            high=share(0.99, decimals=0),
        )
        if report.doubtful.nearest
        else _("The model is sure of every pair that was compared."),
        (),
        (),
        note=_(
            "Values are shown as they were compared. Any other pair of links.parquet: passerelle "
            "records explain FOLDER ONE OTHER."
        ),
    )


def bridges_section(report: LinkageReport) -> Section:
    """The links that hold large groups together."""
    return Section(
        "bridges",
        _("Links that hold many records together"),
        _(
            "If one of these {count} links is wrong, a person falls apart into two groups of "
            "records. The weakest come first."
        ).format(count=number(report.bridges.count))
        if report.bridges.count
        else _("No person's records hang together by a single link between two groups of them."),
        (_("Link"), _("Match weight, in bits"), _("Records on one side"), _("On the other")),
        tuple(
            Line(
                f"{readable(each.left)} – {readable(each.right)}",
                (bits(each.match_weight), number(each.left_side), number(each.right_side)),
            )
            for each in report.bridges.weakest
        ),
    )


def examples_section(_report: LinkageReport) -> Section:
    """Some pairs of each relation; the page shows each of them."""
    return Section(
        "examples",
        _("Examples of each relation"),
        _(
            "Pairs that were compared, some for each relation that the model tells apart, spread "
            "evenly over all of them."
        ),
        (),
        (),
    )


def histogram_section(report: LinkageReport) -> Section:
    """Pairs by match weight and relation: the numbers behind the chart."""
    histogram = report.histogram
    return Section(
        "histogram",
        _("How the match weights are spread"),
        _(
            "All pairs compared, by their match weight in bits. From 0 on, a pair is rather one "
            "person's than not: that is the threshold (dashed). Clear water on both sides of it is "
            "a good sign."
        ),
        (
            _("Match weight, in bits"),
            *(relation_name(each, say=_) for each in histogram.relations),
        ),
        tuple(
            Line(
                _("{start} to {end}").format(
                    start=number(histogram.start + at * histogram.width),
                    end=number(histogram.start + (at + 1) * histogram.width),
                ),
                tuple(number(count) for count in counts),
            )
            for at, counts in enumerate(histogram.counts)
            if any(counts)
        ),
        note=_(
            "Each row has its own scale, and heights are square roots, so that few pairs can be "
            "seen beside many."
        ),
    )


def weights_section(report: LinkageReport) -> Section:
    """What each level of each field is worth."""
    has_homes = any(level.household is not None for each in report.fields for level in each.levels)
    return Section(
        "weights",
        _("What each field says"),
        _(
            "Bits for one person, field by field and level by level, as the model learned them. "
            "One bit doubles the odds; a bar to the left speaks against."
        ),
        (
            _("Field and level"),
            _("Bits, one person"),
            *((_("Bits, one household"),) if has_homes else ()),
            _("Pairs"),
        ),
        tuple(line for each in report.fields for line in _field_lines(each, has_homes=has_homes)),
        legend=(_("one person"), *((_("one household"),) if has_homes else ())),
        note=_("Where a value is missing on either side, a field says nothing: 0 bits."),
    )


def silent_section(report: LinkageReport) -> Section:
    """Columns that carry nothing."""
    told = report.silent[:_MOST_SILENT]
    more = len(report.silent) - len(told)
    return Section(
        "silent",
        _("Columns that carry nothing"),
        _("What was left out of the comparison, or adds nothing to it, and why.")
        if told
        else _("Every column is compared, and each of them says something."),
        (_("Column"), _("File"), _("Why")),
        tuple(
            Line(
                readable(each.column),
                (readable(each.source), readable(silent_reason(each), most=200)),
            )
            for each in told
        ),
        note=_("And {count} more.").format(count=number(more)) if more else "",
    )


def rules_section(report: LinkageReport) -> Section:
    """What each blocking rule brings."""
    most = max((row.pairs for row in report.rules), default=1) or 1
    return Section(
        "rules",
        _("Which pairs are compared"),
        _(
            "Only records that agree on what a rule names are compared. Pairs that a single rule "
            "finds would be lost without it."
        )
        if report.rules
        else _("There is no rule: nothing in the files tells which pairs to compare."),
        (_("Must agree"), _("Pairs"), _("Only by this rule"), _("Share"), _("Keys left out")),
        tuple(
            Line(
                rule_name(row.parts),
                (
                    number(row.pairs),
                    number(row.only),
                    share(row.only / row.pairs if row.pairs else None),
                    number(row.skipped),
                ),
                (row.pairs / most, row.only / most),
            )
            for row in report.rules
        ),
        legend=(_("pairs"), _("only by this rule")) if report.rules else (),
        note=_("A key is left out where more than {most} records share it.").format(
            most=number(report.largest_group)
        )
        if report.rules
        else "",
    )


def columns_section(report: LinkageReport) -> Section:
    """What each compared column holds."""
    return Section(
        "columns",
        _("The columns, as they were compared"),
        _(
            "Accents, capitals and punctuation are put aside first, and values that mean nothing "
            "are taken out."
        ),
        (
            _("Column"),
            *map(_, (N_("Compared as"), N_("Filled"), N_("Values"), N_("Most frequent"))),
        ),
        tuple(
            Line(
                readable(row.field.label),
                (
                    kind_name(row.field),
                    share(row.filled),
                    number(row.distinct),
                    " · ".join(
                        f"{readable(value, most=30)} ({number(count)})"
                        for value, count in row.frequent
                    ),
                ),
                (row.filled,),
            )
            for row in report.columns
        ),
    )


def story_section(story: PairStory) -> Section:
    """The evidence of one pair, step by step."""
    so_far = story.explanation.so_far
    names = f"{readable(story.left)} – {readable(story.right)}"
    labels = (N_("One"), N_("Other"), N_("Level"), N_("Bits"), N_("So far"))
    return Section(
        "story",
        names,
        "",
        (_("Field"), *map(_, labels)),
        (
            Line(_("Before comparing"), ("", "", "", bits(so_far[0]), bits(so_far[0]))),
            *(
                Line(
                    readable(each.field.label),
                    (
                        readable(each.left),
                        readable(each.right),
                        level_of_field(each.field, each.level),
                        bits(each.weight),
                        bits(after),
                    ),
                )
                for each, after in zip(story.explanation.evidence, so_far[1:], strict=True)
            ),
        ),
    )


def _size_lines(rows: tuple[SizeRow, ...]) -> tuple[Line, ...]:
    groups = sum(row.groups for row in rows) or 1
    return tuple(
        Line(
            size_name(row),
            (number(row.groups), share(row.groups / groups), number(row.members)),
            (row.groups / groups,),
        )
        for row in rows
    )


def _field_lines(each: FieldWeights, *, has_homes: bool) -> tuple[Line, ...]:
    total = each.missing + sum(level.pairs for level in each.levels)
    missing = _("missing in {share} of the pairs").format(share=share(each.missing / (total or 1)))
    empty = ("",) * (2 + has_homes)
    return (
        Line(readable(each.field.label), empty, remark=f"{kind_name(each.field)}, {missing}"),
        *(
            Line(
                level_of_field(each.field, level.level),
                _level_cells(level, has_homes=has_homes),
                is_part=True,
            )
            for level in each.levels
        ),
    )


def _level_cells(level: LevelWeight, *, has_homes: bool) -> tuple[str, ...]:
    home = (bits(level.household or 0.0),) if has_homes else ()
    return (bits(level.person), *home, number(level.pairs))
