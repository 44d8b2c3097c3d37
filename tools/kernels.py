"""The kernels of linkage, compiled ahead: `passerelle/linkage/compiled/`, also in wheels.

They are those that linking an invented retailer calls; another file may need one in another form,
which is then compiled when it is met.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

_STAMP = "stamp.txt"

# What a first user does: invents a retailer, links one file and several, adds to what is linked.
_FIRST_STEPS = """
from contextlib import suppress
import polars as pl
from passerelle.cli.main import main
from passerelle.linkage import Linker, link

for line in (
    "simulate retailer --customers 3000 --seed 11 --out shop",
    "records link shop/webshop_customers.csv --out one",
    "records link shop/crm_customers.csv shop/loyalty_members.csv shop/webshop_customers.csv"
    " --out three",
):
    with suppress(SystemExit):
        main(line.split())
table = pl.read_csv("shop/webshop_customers.csv", infer_schema=False).to_arrow()
Linker(link(table.slice(40), leave=table.column_names[:1])).add(table.slice(0, 40))
"""


def is_current(shipped: Path, stamp: str) -> bool:
    """Whether the folder holds what these sources compile to, by this numba and Python."""
    written = shipped / _STAMP
    return written.exists() and written.read_text() == stamp


def prepare(say: Callable[[str], None]) -> None:
    """Compile the kernels of the sources beside them, unless that is done.

    Raises:
        CalledProcessError: Linking did not work.
    """
    from passerelle.linkage import compiling

    stamp = _stamp(compiling.sources_stamp())
    if is_current(compiling.SHIPPED, stamp):
        return
    say("Compiling what links records, half a minute, once")
    compile_into(compiling.SHIPPED, compiling.SOURCES, compiling.SHIPPED_CPU)
    (compiling.SHIPPED / _STAMP).write_text(stamp)


def compile_into(shipped: Path, sources: Path, cpu: str) -> None:
    """Link invented files in a process of its own, and keep what it had to compile."""
    from numba.core.caching import UserProvidedCacheLocator

    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "NUMBA_CACHE_DIR": f"{folder}/cache",
            "NUMBA_CPU_NAME": cpu,
            "NUMBA_CPU_FEATURES": "",
            "PASSERELLE_HOME": f"{folder}/home",
            "PYTHONPATH": os.pathsep.join(map(str, (sources.parents[1], *sys.path))),
        }
        subprocess.run(
            [sys.executable, "-c", _FIRST_STEPS],
            env=environment,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        fresh = Path(folder) / "compiled"
        for part in [sources, *(each for each in sources.rglob("*") if each.is_dir())]:
            name = UserProvidedCacheLocator.get_suitable_cache_subpath(str(part / "any.py"))
            found = Path(folder) / "cache" / name
            if found.exists():
                shutil.copytree(found, fresh / part.relative_to(sources), dirs_exist_ok=True)
        beside = shipped.with_name(f"{shipped.name}-{os.getpid()}")  # another may do it as well
        shutil.copytree(fresh, beside)
        shutil.rmtree(shipped, ignore_errors=True)
        beside.rename(shipped)


def _stamp(sources: str) -> str:
    import numba

    return f"{sources} numba {numba.__version__} Python {sys.version_info[0]}.{sys.version_info[1]}"


def run(arguments: list[str]) -> int:
    """`python -m tools kernels`: compile them; linking does so itself where this fails."""
    del arguments
    try:
        prepare(lambda text: print(f"· {text}", file=sys.stderr, flush=True))
    except (OSError, subprocess.CalledProcessError) as failed:
        print(f"· Not compiled ahead ({type(failed).__name__})", file=sys.stderr)
    return 0
