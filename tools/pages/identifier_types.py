"""docs/reference/identifier-types.md: how each kind of identifier is read and judged."""

from __future__ import annotations

from passerelle.identifiers import IdentifierType, load_identifier_types
from tools.pages.markdown import code, page, table


def write() -> str:
    """The page's text."""
    types = load_identifier_types()
    return page(
        "Identifier types",
        "src/passerelle/identifiers/types/",
        "An identifier is a canonical value of one of these types. A value that cannot be read is "
        "refused with a reason; one that can is judged, and only some judgements may link.",
        *(_block(name, each) for name, each in sorted(types.items())),
    )


def _block(name: str, each: IdentifierType) -> str:
    facts = table(
        ["", ""],
        [
            ("tier", each.tier),
            ("links by itself", "yes" if each.is_linking else "no"),
            ("shared in a home", "yes" if each.is_shareable else "no"),
            ("rule", f"{each.rule} (version {each.rule_version})"),
            ("source", each.source),
        ],
    )
    judgements = table(
        ["judgement", "may link", "why"],
        [
            (code(kind), "yes" if judgement.may_link else "no", judgement.reason)
            for kind, judgement in sorted(each.judgements.items())
        ],
    )
    examples = table(
        ["written", "becomes"],
        [
            (code(example.raw), code(example.value or "") or f"refused: {example.refused}")
            for example in each.examples
        ],
    )
    return f"## {name}\n\n{each.label}.\n\n{facts}\n\n{judgements}\n\n{examples}"
