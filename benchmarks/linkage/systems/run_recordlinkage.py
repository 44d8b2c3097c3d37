"""The `recordlinkage` package: columns alike or not, learned by expectation-maximisation (ECM)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import recordlinkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from benchmarks.linkage.jobs import Job, Outcome, split
from benchmarks.linkage.systems.measured import run_job

_ALIKE = 0.88
_FEBRL = ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
_RULES = {
    "febrl1": _FEBRL,
    "febrl2": _FEBRL,
    "febrl3": _FEBRL,
    "febrl4": (("given_name", "surname"), "date_of_birth", "soc_sec_id", ("state", "address_1"),
               ("street_number", "address_1"), "postcode"),
    "fake_20000": ("first_name", "surname", "dob", "email"),
    "RLdata10000": (("fname_c1", "lname_c1"), ("lname_c1", "by"), ("fname_c1", "by", "bm"),
                    ("fname_c1", "bm", "bd"), ("lname_c1", "bm", "bd"), ("by", "bm", "bd")),
    "retailer": ("email", "phone", ("first_name", "last_name"), ("last_name", "birth_date"),
                 ("first_name", "birth_date"), ("last_name", "postcode"),
                 ("street", "house_number", "postcode")),
}  # fmt: skip
_LIKE = ("given_name", "surname", "first_name", "last_name", "fname_c1", "lname_c1", "address_1",
         "street", "email", "suburb", "city")  # fmt: skip


def work(table: pa.Table, job: Job) -> Outcome:
    """Link."""
    frames = [part.to_pandas() for part in split(table, job.sizes)]
    for frame, start in zip(frames, np.cumsum([0, *job.sizes[:-1]]), strict=True):
        frame.index = np.arange(start, start + len(frame))
    index = recordlinkage.Index()
    for rule in job.rules or _RULES[job.plan]:
        index.block(list((rule,) if isinstance(rule, str) else rule))
    pairs = index.index(*frames)
    compare = recordlinkage.Compare()
    for column in table.column_names:
        if column in _LIKE:
            compare.string(column, column, method="jarowinkler", threshold=_ALIKE)
        else:
            compare.exact(column, column)
    vectors = compare.compute(pairs, *frames)
    matches = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(vectors)
    one, other = (np.asarray(matches.get_level_values(at), int) for at in (0, 1))
    graph = coo_matrix((np.ones(len(one)), (one, other)), shape=(table.num_rows,) * 2)
    _count, clusters = connected_components(graph, directed=False)
    return Outcome(clusters=clusters, candidates=len(pairs))


if __name__ == "__main__":
    run_job(work)
