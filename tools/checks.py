"""`./dev check`: everything a machine can say about a change without running the product."""

from __future__ import annotations

from tools import locks, own_rules, repository, tag, translations
from tools.documentation import outdated_pages
from tools.environment import ROOT
from tools.steps import Step, command, run_steps


def run(arguments: list[str]) -> int:
    """Run every check; name some to run only those."""
    files = repository.list_files(ROOT)
    steps = (
        Step("ruff check", command("ruff", "check", "--quiet", ".", root=ROOT)),
        Step(
            "ruff format",
            command("ruff", "format", "--check", "--quiet", ".", root=ROOT),
            hint="Run: .venv/bin/ruff format",
        ),
        Step("mypy", command("mypy", root=ROOT)),
        # What ruff and our own rules look for is left to them: B608, texts that become SQL.
        Step("bandit", command("bandit", "-q", "-r", "src", "-ll", "-s", "B608", root=ROOT)),
        Step("own rules", lambda: own_rules.problems(ROOT)),
        Step("imports", command("importlinter.cli", "lint", root=ROOT)),
        Step("notes of changes", lambda: repository.find_bad_notes(ROOT / "changes")),
        Step("generated pages", outdated_pages, hint="Run: ./dev docs"),
        Step("translations", lambda: translations.problems(ROOT), hint="Run: ./dev docs"),
        Step("locks", lambda: locks.outdated(ROOT), hint=f"Run: {locks.MAKE_AGAIN}"),
        Step("tag", tag.outdated, hint=f"Run: {tag.MAKE_AGAIN}"),
        Step("registry hosts", lambda: repository.find_registry_hosts(ROOT, files)),
        Step("big files", lambda: repository.find_big_files(ROOT, files)),
    )
    chosen = [step for step in steps if not arguments or step.name in arguments]
    if not chosen:
        print("Checks: " + ", ".join(step.name for step in steps))
        return 2
    return run_steps(chosen)
