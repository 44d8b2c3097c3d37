"""Kernels come compiled, and are never older than their sources."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from passerelle.linkage import compiling
from tools import kernels

_LINK_AND_COUNT = """
import sys
import polars as pl
from numba.core import event

class Compiled(event.Listener):
    names = set()
    def on_start(self, told):
        self.names.add(told.data["dispatcher"].py_func.__module__)
    def on_end(self, told):
        pass

compiled = Compiled()
event.register("numba:compile", compiled)
from passerelle.linkage import compiling, link
from pathlib import Path
if len(sys.argv) > 1:
    compiling.SHIPPED = Path(sys.argv[1])
people = pl.DataFrame({
    "prenom": ["Anne", "Paul", "Zoé", "Jean-Luc"] * 60,
    "nom": [f"Martin{at % 70}" for at in range(240)],
    "email": [f"m{at % 200}@exemple.fr" for at in range(240)],
    "ville": ["Lyon", "Paris", "Brest"] * 80,
})
link(people.to_arrow())
print(sum(name.startswith("passerelle") for name in compiled.names))
"""


@pytest.fixture(scope="module", autouse=True)
def _compiled_ahead() -> None:
    kernels.prepare(lambda text: None)


def _kernels_compiled(tmp_path: Path, *arguments: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _LINK_AND_COUNT, *arguments],
        env={"NUMBA_CACHE_DIR": str(tmp_path / "own"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_the_first_run_on_a_machine_compiles_nothing(tmp_path: Path) -> None:
    assert _kernels_compiled(tmp_path) == 0


def test_without_what_was_shipped_a_run_compiles_and_the_next_one_does_not(tmp_path: Path) -> None:
    nothing = str(tmp_path / "nothing")
    assert _kernels_compiled(tmp_path, nothing) > 0
    assert _kernels_compiled(tmp_path, nothing) == 0


def test_kernels_of_other_sources_are_not_used(tmp_path: Path) -> None:
    """One that was compiled holds those it calls, of whatever file."""
    sources = tmp_path / "passerelle" / "linkage"
    sources.mkdir(parents=True)
    for name in ("caller.py", "callee.py", "plain.py"):
        (sources / name).write_text(f"# {name}\n@kernel\n" if name != "plain.py" else "# none\n")

    def stamp() -> str:
        compiling.sources_stamp.cache_clear()
        return compiling.sources_stamp()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "SOURCES", sources)
        first = stamp()
        (sources / "plain.py").write_text("# changed\n")
        assert stamp() == first
        (sources / "callee.py").write_text("# changed\n@kernel\n")
        assert stamp() != first
    shutil.rmtree(sources)
    compiling.sources_stamp.cache_clear()
