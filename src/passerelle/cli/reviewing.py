"""passerelle records review: doubtful pairs, one after the other, for somebody to decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.labels_file import LABELS, add_label, answered
from passerelle.cli.linkage_folder import (
    read_linked_records,
    read_model,
    read_questions,
    record_names,
)
from passerelle.cli.output import Column, print_fields, print_table, show_number, show_share
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.linkage import Explanation


@click.command(
    help=N_(
        "Show doubtful pairs with their evidence and ask whether they are one person. Each answer "
        "is kept at once, in labels.csv, for records link --labels."
    ),
    epilog=N_("Example: passerelle records review linked"),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def review(*, folder: Path) -> None:
    """Ask about pairs."""
    from passerelle.linkage import Explainer

    model, fields = read_model(folder)
    records = read_linked_records(folder)
    names = record_names(records.ids)
    place = {name: at for at, name in enumerate(names.to_list())}
    known = answered(folder)
    questions = [each for each in read_questions(folder) if each not in known]
    explainer = Explainer(records.values.to_arrow(), model, fields)
    for number, (left, right) in enumerate(questions, start=1):
        click.echo(
            _("Pair {number} of {count}: {left} and {right}").format(
                number=number, count=len(questions), left=left, right=right
            )
        )
        print_explanation(explainer.explain(place[left], place[right]))
        said = _ask()
        if said is None:
            break
        if said != "":
            add_label(folder, left, right, is_same=said == "yes")
    told = len(answered(folder))
    click.echo(
        _("Pairs answered so far: {count}, in {path}").format(count=told, path=folder / LABELS)
    )


def _ask() -> str | None:
    """`yes`, `no`, empty for neither, None to stop."""
    letters = {_("y"): "yes", _("n"): "no", _("s"): "", _("q"): None}
    answer = click.prompt(
        _("One person? y: yes, n: no, s: skip, q: stop"),
        type=click.Choice([*letters], case_sensitive=False),
        show_choices=False,
    )
    return letters[answer.lower()]


def print_explanation(explanation: Explanation) -> None:
    """The evidence about two records, field by field, and what it says they are."""
    from passerelle.linkage import level_name, list_comparisons, relation_name

    so_far = explanation.so_far
    rows: list[tuple[object, ...]] = [
        (_("Before comparing"), None, None, None, _bits(so_far[0]), _bits(so_far[0]))
    ]
    for each, after in zip(explanation.evidence, so_far[1:], strict=True):
        level = level_name(list_comparisons()[each.field.kind], each.level, say=_)
        rows.append(
            (each.field.label, each.left, each.right, level, _bits(each.weight), _bits(after))
        )
    print_table(
        [
            _("Field"),
            _("One"),
            _("Other"),
            _("Level"),
            Column(_("Bits"), is_number=True),
            Column(_("So far"), is_number=True),
        ],
        rows,
    )
    click.echo()
    print_fields(
        [
            (relation_name(name, say=_), show_share(share))
            for name, share in explanation.probabilities.items()
        ],
        title=_("They are"),
    )


def _bits(weight: float) -> str:
    return ("+" if weight > 0 else "") + show_number(weight, decimals=1)
