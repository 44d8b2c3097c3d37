"""What the door counts, in the text format that Prometheus reads.

Counts are of one worker since it began: each says which it is, and Prometheus adds them up.
Source: Prometheus, "Exposition formats", text format 0.0.4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the classes of the time that a commit takes, in seconds."""

_PREFIX = "passerelle_collector"


class Metrics:
    """Counters of one worker."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.accepted: Counter[tuple[str, str]] = Counter()
        """Events that are durable, by source and call."""
        self.requests: Counter[int] = Counter()
        """Requests by the status of their answer."""
        self.refused: Counter[str] = Counter()
        """Requests of which nothing was kept, by reason."""
        self.faults: Counter[tuple[str, str]] = Counter()
        """Events sent to quarantine by the door, by source and reason."""
        self._commits = [0] * (len(_BOUNDS) + 1)
        self._commit_seconds = 0.0

    def committed(self, seconds: float) -> None:
        """Count the time between taking a request in and its being durable."""
        self._commits[bisect_left(_BOUNDS, seconds)] += 1
        self._commit_seconds += seconds

    def expose(self, gauges: dict[str, float]) -> bytes:
        """Everything as text, with some present values beside."""
        lines = [
            *self._counter("accepted_events", self.accepted, ("source", "call")),
            *self._counter("faulty_events", self.faults, ("source", "reason")),
            *self._counter("refused_requests", self.refused, ("reason",)),
            *self._counter("requests", self.requests, ("status",)),
            *self._histogram(),
        ]
        for name, value in gauges.items():
            lines += [f"# TYPE {_PREFIX}_{name} gauge", f"{_PREFIX}_{name}{self._labels()} {value}"]
        return ("\n".join(lines) + "\n").encode()

    def _counter(
        self,
        name: str,
        counts: Counter[str] | Counter[int] | Counter[tuple[str, str]],
        labels: Iterable[str],
    ) -> Iterator[str]:
        yield f"# TYPE {_PREFIX}_{name}_total counter"
        for key, count in sorted(counts.items(), key=lambda item: str(item[0])):
            values = key if isinstance(key, tuple) else (key,)
            named = dict(zip(labels, map(str, values), strict=True))
            yield f"{_PREFIX}_{name}_total{self._labels(**named)} {count}"

    def _histogram(self) -> Iterator[str]:
        name = f"{_PREFIX}_commit_seconds"
        yield f"# TYPE {name} histogram"
        total = 0
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), self._commits, strict=True):
            total += count
            yield f"{name}_bucket{self._labels(le=bound)} {total}"
        yield f"{name}_sum{self._labels()} {self._commit_seconds:.6f}"
        yield f"{name}_count{self._labels()} {total}"

    def _labels(self, **more: str) -> str:
        # Sources are named with letters, digits, dots, hyphens and underscores: nothing to escape.
        return (
            "{" + ",".join(f'{k}="{v}"' for k, v in {"worker": self.worker, **more}.items()) + "}"
        )
