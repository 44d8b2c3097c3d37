"""A plug-in made from its kind's template keeps the contract of the kind, even outside passerelle.

The file is put into a package of its own that names it by an entry point, as other people's
plug-ins do; the kind's suite then finds it by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.environment import ROOT
from tools.plugin_kinds import KINDS, PluginKind
from tools.templates import render

BUILT = [kind for kind in KINDS if kind.is_in(ROOT)]
NAME = "shoe_size"

# For the kinds that read files: a folder of tests/samples, and a file of the template's columns.
SAMPLES = {
    "layout": (
        "exports",
        "csv",
        "Shoe size ID;Shoe size Email\n1;marie@exemple.fr\n2;paul@exemple.fr\n",
    ),
    "receipt-layout": (
        "receipts",
        "csv",
        "shoe_size_receipt;shoe_size_date;shoe_size_card;shoe_size_amount\n"
        "R1;2026-03-01;29012345;12,50\nR2;2026-03-02;29012346;8,00\n",
    ),
    "event-format": (
        "events",
        "jsonl",
        "".join(
            f'{{"shoe_size_id":"{at}","shoe_size_event":"Page","shoe_size_time":"2026-03-01T10:00:0{at}Z",'
            f'"shoe_size_cookie":"c-{at}","shoe_size_user":"u-{at}"}}\n'
            for at in range(3)
        ),
    ),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the suites say of the plug-ins, one line a test: all in one run, as it takes a while."""
    folder = tmp_path_factory.mktemp("outside")
    install(folder / "site")
    write_samples(folder / "samples")
    options = ["-n0", "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib", "-v"]
    search = [str(folder / "site"), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-k", NAME, *(kind.tests for kind in BUILT)],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(search),
            "PASSERELLE_TEST_SAMPLES": str(folder / "samples"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("kind", BUILT, ids=lambda kind: kind.name)
def test_what_a_template_makes_keeps_the_contract_of_its_kind(
    kind: PluginKind, verdicts: str
) -> None:
    told = [line for line in verdicts.splitlines() if f"{kind.tests}::" in line]

    assert any("PASSED" in line for line in told), verdicts[-3000:]
    assert not any("FAILED" in line or "ERROR" in line for line in told), verdicts[-3000:]


def install(site: Path) -> None:
    """A package of somebody else that holds a plug-in of each kind and nothing more."""
    facts = site / f"{NAME}-1.dist-info"
    facts.mkdir(parents=True)
    groups = []
    for kind in BUILT:
        module = f"{NAME}_{kind.name.replace('-', '_')}"
        (site / f"{module}.py").write_text(render(kind, NAME), encoding="utf-8")
        group = f"passerelle.{kind.name.replace('-', '_')}s"
        groups.append(f"[{group}]\n{NAME} = {module}:PLUGIN\n")
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1\n")
    (facts / "entry_points.txt").write_text("".join(groups))


def write_samples(samples: Path) -> None:
    for folder, ending, text in SAMPLES.values():
        (samples / folder).mkdir(parents=True)
        (samples / folder / f"{NAME}.{ending}").write_text(text, encoding="utf-8")
