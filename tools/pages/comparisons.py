"""docs/reference/comparisons.md: what each level of each comparison means."""

from __future__ import annotations

from passerelle.linkage import Comparison, level_name, list_comparisons
from tools.pages.markdown import code, page, table


def write() -> str:
    """The page's text."""
    return page(
        "Comparisons",
        "src/passerelle/linkage/comparisons/",
        "`passerelle records link` compares each column as one of these kinds. Two values reach "
        "one level. What a level is worth is not written anywhere: it is learned from the files, "
        "and can be read in `model.json`; a level that tells nothing weighs nothing. "
        "Values agree exactly after they were put right: accents, capitals, punctuation and "
        "ligatures say nothing, and forms of a letter are that letter. Exact agreement has a level "
        "for each band of frequency, as rare values that agree say more.",
        *(_block(kind, each) for kind, each in sorted(list_comparisons().items())),
    )


def _block(kind: str, each: Comparison) -> str:
    module = __import__(f"passerelle.linkage.comparisons.{kind}", fromlist=["PLUGIN"])
    said = (module.__doc__ or "").split("\n", 1)[0]
    levels = table(
        ["level", "means"],
        [(str(level), level_name(each, level)) for level in range(each.level_count)],
    )
    related = ", ".join(sorted(each.related)) or "nobody"
    return (
        f"## {each.label} ({code(kind)})\n\n{said}\n\n{levels}\n\n"
        f"Beside one person's records, it is expected to agree for: {related}."
    )
