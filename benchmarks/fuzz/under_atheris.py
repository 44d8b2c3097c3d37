"""One target under atheris: TARGET FOLDER [OPTIONS OF LIBFUZZER].

What linking is made of is imported first and not instrumented: numba compiles kernels from the code
as it was written.
"""

from __future__ import annotations

import sys

import atheris

import passerelle.linkage  # noqa: F401  # before anything is instrumented

_COVERED = ["passerelle.identifiers", "passerelle.collect"]


def main() -> None:
    """Fuzz until the time is over or a promise is broken."""
    with atheris.instrument_imports(include=_COVERED):
        from benchmarks.fuzz.targets import TARGETS
    target = TARGETS[sys.argv[1]]
    target(b"")  # compiles, which is no hang
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
