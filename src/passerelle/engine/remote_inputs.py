"""What an object storage says while a query reads it, told as the lake tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from passerelle.engine.engine import Input
from passerelle.lake import LakeFiles


@contextmanager
def storage_explained(inputs: Mapping[str, Input]) -> Iterator[None]:
    """Tell what a storage says, whichever library it says it to.

    Raises:
        Retryable: The storage does not answer.
        Misconfigured: The storage cannot be used.
    """
    with ExitStack() as stack:
        for given in inputs.values():
            if isinstance(given, LakeFiles) and given.remote is not None:
                stack.enter_context(given.remote.explained())
        yield
