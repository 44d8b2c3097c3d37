"""One target under atheris: TARGET FOLDER [OPTIONS OF LIBFUZZER].

Only modules without kernels are instrumented: numba compiles from the code as it was written.
"""

from __future__ import annotations

import sys

import atheris

_COVERED = [
    "passerelle.identifiers",
    "passerelle.collect",
    "passerelle.linkage.fields",
    "passerelle.linkage.alignment",
    "passerelle.linkage.cells",
    "passerelle.linkage.birth_columns",
]


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
