"""A wheel brings the kernels of linkage compiled, for the kind of machine that it is built on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KernelsHook(BuildHookInterface):  # type: ignore[type-arg]  # of no configuration
    """Compiles before the files of the wheel are chosen; not for an installation in place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name the wheel after the machine."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path[:0] = [str(root), str(root / "src")]
        from tools import kernels

        if kernels.run([]) == 0 and (root / "src/passerelle/linkage/compiled").exists():
            build_data["artifacts"].append("src/passerelle/linkage/compiled")
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
