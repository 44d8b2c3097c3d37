"""The sets to link: records without a word of who they are, and the truth apart from them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.linkage.retailer import retailer_records
from passerelle.kernel import InvalidInput, Misconfigured
from tools.environment import ROOT, Environment
from tools.side_environments import prepare_beside

Ints = npt.NDArray[np.int64]

SHARED = "PASSERELLE_SHARED"
SEED = 1
"""Of the order of rows, unless another is asked for: some peers find other things in another."""

_CUSTOMERS = 20_000


@dataclass(frozen=True)
class LinkSet:
    """Records, and who they are.

    plan: under which name peers have settings for it.
    sizes: records of each table, in their order; two tables are linked with each other only.
    persons, households: for each record; no set but the retailer knows households.
    """

    name: str
    plan: str
    records: pl.DataFrame
    sizes: tuple[int, ...]
    persons: Ints
    households: Ints | None = None


@dataclass(frozen=True)
class Places:
    """Where sets are read from: the Python that holds FEBRL, a folder for files, shared data.

    seed: of the order of rows.
    """

    febrl_python: Callable[[], Path]
    work: Path
    shared: str | None
    seed: int = SEED

    @staticmethod
    def of_this_run(febrl_python: Callable[[], Path], work: Path, seed: int) -> Places:
        """With the shared data that the environment names."""
        return Places(febrl_python, work, os.environ.get(SHARED), seed)


def read_set(name: str, places: Places) -> LinkSet:
    """A set by its name.

    Raises:
        InvalidInput: No set has this name.
        Misconfigured: Its data is not on this machine.
    """
    if name not in SETS:
        raise InvalidInput(f"No set is called {name!r}.", hint=f"Sets: {', '.join(SETS)}.")
    return SETS[name](places)


def shuffled(
    name: str,
    frames: Sequence[pl.DataFrame],
    *,
    plan: str | None = None,
    seed: int = SEED,
    truth: Sequence[str] = ("person",),
) -> LinkSet:
    """A set of tables, each in an order that says nothing, without the columns of the truth."""
    mixed = [
        frame.sample(fraction=1.0, shuffle=True, seed=seed + at) for at, frame in enumerate(frames)
    ]
    whole = pl.concat(mixed)
    numbers = {column: _numbered(whole[column]) for column in truth}
    return LinkSet(
        name,
        plan or name,
        whole.drop(truth),
        tuple(frame.height for frame in mixed),
        numbers["person"],
        numbers.get("household"),
    )


def _numbered(names: pl.Series) -> Ints:
    return np.asarray(names.cast(pl.String).rank("dense").to_numpy(), np.int64)


def retailer_set(customers: int, work: Path, seed: int = SEED) -> LinkSet:
    """The simulated retailer's three files in common columns."""
    frame = retailer_records(customers, work)
    name = f"retailer {frame.height:,}"
    return shuffled(name, [frame], plan="retailer", seed=seed, truth=("person", "household"))


def _febrl(at: int) -> Callable[[Places], LinkSet]:
    name = f"febrl{at}"
    return lambda places: shuffled(name, [_febrl_frame(places, name)], seed=places.seed)


def _febrl4(places: Places) -> LinkSet:
    return shuffled(
        "febrl4", [_febrl_frame(places, f"febrl4{side}") for side in "ab"], seed=places.seed
    )


def _febrl4_one(places: Places) -> LinkSet:
    whole = pl.concat([_febrl_frame(places, f"febrl4{side}") for side in "ab"])
    return shuffled("febrl4-one", [whole], plan="febrl4", seed=places.seed)


def _febrl_frame(places: Places, name: str) -> pl.DataFrame:
    folder = places.work / "febrl"
    if not folder.exists():
        folder.mkdir(parents=True)
        module = "benchmarks.linkage.systems.write_febrl"
        command = [str(places.febrl_python()), "-m", module, str(folder)]
        subprocess.run(command, cwd=ROOT, check=True)
    return pl.read_parquet(folder / f"{name}.parquet")


def _abroad(name: str) -> Callable[[Places], LinkSet]:
    return lambda places: shuffled(name, [_abroad_frame(places, name)], seed=places.seed)


def _faker_python() -> Path:
    lock = ROOT / "benchmarks" / "linkage" / "peers" / "faker.txt"
    return prepare_beside(Environment(ROOT), ROOT / ".venv-bench" / "faker", lock)


def _abroad_frame(places: Places, name: str) -> pl.DataFrame:
    folder = places.work / "abroad"
    if not folder.exists():
        folder.mkdir(parents=True)
        module = "benchmarks.linkage.abroad.write_abroad"
        command = [str(_faker_python()), "-m", module, str(folder), str(places.seed)]
        subprocess.run(command, cwd=ROOT, check=True)
    return pl.read_parquet(folder / f"{name}.parquet")


def _fake(places: Places) -> LinkSet:
    frame = _shared(places, "fake_20000.csv").rename({"cluster": "person"})
    return shuffled("fake_20000", [frame.drop("unique_id")], seed=places.seed)


def _rldata(places: Places) -> LinkSet:
    frame = _shared(places, "RLdata10000.csv", missing="NA").rename({"ent_id": "person"})
    return shuffled("RLdata10000", [frame.drop("rec_id")], seed=places.seed)


def _shared(places: Places, file: str, *, missing: str = "") -> pl.DataFrame:
    if not places.shared:
        raise Misconfigured(
            f"{file} is asked for, and {SHARED} is not set.",
            hint=f"Set {SHARED} to the folder that holds data/linkage/{file}, or leave the set out:"
            " ./dev bench linkage --sets febrl3,febrl4,retailer",
        )
    path = Path(places.shared) / "data" / "linkage" / file
    if not path.exists():
        raise Misconfigured(
            f"{SHARED} holds no data/linkage/{file}.", hint="Set it to a folder that does."
        )
    return pl.read_csv(path, infer_schema=False, null_values=["", missing])


ABROAD = (
    "german-patients", "german-customers", "spanish", "italian", "polish", "dutch",
    "american-voters", "american-customers", "british", "arabic", "portuguese",
    "companies", "restaurants", "papers",
)  # fmt: skip
"""Made-up sets of other countries and other things; only those that are named are linked."""

SETS: Mapping[str, Callable[[Places], LinkSet]] = {
    **{f"febrl{at}": _febrl(at) for at in (1, 2, 3)},
    "febrl4": _febrl4,
    "febrl4-one": _febrl4_one,
    "fake_20000": _fake,
    "RLdata10000": _rldata,
    "retailer": lambda places: retailer_set(_CUSTOMERS, places.work, places.seed),
    **{name: _abroad(name) for name in ABROAD},
}
