"""Whether two persons bear names of one sex: partners mostly do not, neighbours as often as not."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identifiers import first_name_table
from passerelle.linkage.households.people import Ints, People, first_known
from passerelle.linkage.records import Records

Levels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

SAME, OTHER = 1, 2
SEX_LEVELS = 3
_ONE_SEX = 0.95  # share of a name's bearers who are of one sex


@cache
def _table() -> pl.DataFrame:
    """Folded first names of France that nineteen in twenty bearers of one sex have, and which."""
    told = first_name_table()
    bearers = pl.col("men") + pl.col("women")
    is_telling = pl.max_horizontal("men", "women") >= _ONE_SEX * bearers
    return told.filter(is_telling).select("name", is_man=pl.col("men") > pl.col("women"))


def sexes_of_names(names: pl.Series) -> Ints:
    """1 for a man's folded name, 0 for a woman's, -1 where the table says neither.

    Of a composed name that the table does not hold, the first word tells.

    >>> sexes_of_names(pl.Series(["jean", "marie claude", "dominique"])).tolist()
    [1, 0, -1]
    """
    asked = pl.DataFrame({"name": names, "word": names.str.extract(r"^(\S+)")})
    told = asked.join(_table(), on="name", how="left", maintain_order="left").join(
        _table().rename({"name": "word", "is_man": "is_man_by_word"}), on="word", how="left",
        maintain_order="left",
    )  # fmt: skip
    sex = pl.coalesce("is_man", "is_man_by_word").cast(pl.Int32).fill_null(-1).alias("sex")
    return told.select(sex)["sex"].to_numpy()


def sexes_of(records: Records, people: People) -> Ints:
    """Of each person, as the first record tells whose first name does; -1 if none does."""
    for at, column in enumerate(records.columns):
        if column.field.kind == "first_name":
            told = sexes_of_names(pl.Series(column.dictionary.values).cast(pl.String))
            return first_known(np.append(told, -1)[records.codes[:, at]], people)
    return np.full(people.count, -1, np.int32)


def sex_levels(sexes: Ints, left: Ints, right: Ints) -> Levels:
    """`SAME` or `OTHER`; 0 where one is not known."""
    known = (sexes[left] >= 0) & (sexes[right] >= 0)
    return np.where(known, np.where(sexes[left] == sexes[right], SAME, OTHER), 0).astype(np.uint8)


def chances_of_sexes(sexes: Ints) -> Floats:
    """How often two persons at random reach each level; 1 at level 0."""
    women, men = np.bincount(sexes[sexes >= 0], minlength=2) + 1.0
    other = 2 * women * men / (women + men) ** 2
    return np.array([1.0, 1 - other, other])
