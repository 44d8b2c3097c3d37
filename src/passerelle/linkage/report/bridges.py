"""Bridges: links without which the records of one person fall apart.

A person whose records hold together by one link is two people if that link is wrong.
Source: Tarjan (1974), "A note on finding the bridges of a graph", Information Processing Letters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.linkage.compiling import kernel
from passerelle.linkage.linking import Linkage
from passerelle.linkage.report.linkage_report import Bridge, Bridges
from passerelle.linkage.scoring import LINKED

Ints = npt.NDArray[np.int32]

_LEAST_SIDE = 2
"""Records on each side of a bridge that is told: a record that hangs on one link is no news."""

_MOST = 25  # bridges that are told


def find_bridges(linkage: Linkage, names: pl.Series) -> Bridges:
    """The bridges between groups of two records or more, of the links inside people.

    Args:
        linkage: What linking found.
        names: All records' names.
    """
    pairs, weights = linkage.pairs, linkage.scores.person
    at = _inner_links(linkage)
    records, ends = np.unique(
        np.concatenate([pairs.left[at], pairs.right[at]]), return_inverse=True
    )
    left, right = ends[: len(at)].astype(np.int32), ends[len(at) :].astype(np.int32)
    left_sides, right_sides = sides_of_bridges(len(records), left, right)
    found = np.flatnonzero((left_sides >= _LEAST_SIDE) & (right_sides >= _LEAST_SIDE))
    weakest = found[np.argsort(weights[at[found]], kind="stable")][:_MOST]
    return Bridges(
        len(found),
        tuple(
            Bridge(
                names[int(pairs.left[at[link]])],
                names[int(pairs.right[at[link]])],
                float(weights[at[link]]),
                int(left_sides[link]),
                int(right_sides[link]),
            )
            for link in weakest.tolist()
        ),
    )


def sides_of_bridges(count: int, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """For each edge of a graph, the nodes on either side of it; 0 and 0 where it is no bridge.

    Args:
        count: Nodes.
        left: One end of each edge; no edge stands twice.
        right: The other.
    """
    ends, others = np.concatenate([left, right]), np.concatenate([right, left])
    edges = np.tile(np.arange(len(left), dtype=np.int32), 2)
    order = np.argsort(ends, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=count))])
    below, whole, child = _walk(starts, others[order], edges[order], len(left))
    is_left = child == left
    inside = np.where(is_left, below, whole - below).astype(np.int32)
    outside = np.where(is_left, whole - below, below).astype(np.int32)
    is_bridge = child >= 0
    return inside * is_bridge, outside * is_bridge


def _inner_links(linkage: Linkage) -> npt.NDArray[np.int64]:
    """Links inside people of records enough to have a bridge."""
    at = np.flatnonzero(linkage.scores.person >= LINKED)
    left = linkage.clusters[linkage.pairs.left[at]]
    sizes = np.bincount(linkage.clusters)
    inside = (left == linkage.clusters[linkage.pairs.right[at]]) & (sizes[left] >= 2 * _LEAST_SIDE)
    return np.asarray(at[inside])


@kernel
def _walk(starts: Any, others: Any, edges: Any, count: Any) -> Any:
    """Walk the graph in depth; an edge is a bridge if no way back passes it by.

    For each edge that is one: nodes below it, nodes of its component, and the node below (else -1).
    """
    nodes = len(starts) - 1
    entered, low = np.zeros(nodes, np.int32), np.zeros(nodes, np.int32)
    under, top = np.ones(nodes, np.int32), np.zeros(nodes, np.int32)
    via, stack = np.full(nodes, -1, np.int32), np.empty(nodes, np.int32)
    following = starts[:-1].copy()
    below, child = np.zeros(count, np.int32), np.full(count, -1, np.int32)
    clock = 0
    for root in range(nodes):
        if entered[root]:
            continue
        clock += 1
        entered[root] = low[root] = clock
        top[root] = root
        stack[0] = root
        depth = 1
        while depth:
            here = stack[depth - 1]
            if following[here] < starts[here + 1]:
                place = following[here]
                following[here] += 1
                there = others[place]
                if edges[place] == via[here]:
                    continue
                if entered[there]:
                    low[here] = min(low[here], entered[there])
                    continue
                clock += 1
                entered[there] = low[there] = clock
                via[there] = edges[place]
                top[there] = root
                stack[depth] = there
                depth += 1
                continue
            depth -= 1
            if depth:
                parent = stack[depth - 1]
                low[parent] = min(low[parent], low[here])
                under[parent] += under[here]
                if low[here] > entered[parent]:
                    below[via[here]] = under[here]
                    child[via[here]] = here
    whole = np.zeros(count, np.int32)
    for edge in range(count):
        if child[edge] >= 0:
            whole[edge] = under[top[child[edge]]]
    return below, whole, child
