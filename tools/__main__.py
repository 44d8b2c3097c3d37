"""The part of `./dev` that runs inside the environment: python -m tools COMMAND."""

from __future__ import annotations

import sys
from importlib import import_module

ROOMS = {
    "relock": "tools.locks",
    "kernels": "tools.kernels",
    "test": "tools.tests",
    "check": "tools.checks",
    "bench": "tools.measurements",
    "docs": "tools.documentation",
    "new": "tools.templates",
    "postal-tables": "tools.postal_tables",
    "tag": "tools.tag",
}


def main(arguments: list[str]) -> int:
    """Hand one command to its room."""
    run = import_module(ROOMS[arguments[0]]).run
    return int(run(arguments[1:]))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("interrupted; run the same command again to continue", file=sys.stderr)
        sys.exit(130)
