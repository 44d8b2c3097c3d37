"""The kinds of plug-in: the folder that is the registry of each, its contract and its tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SOURCE = "src/passerelle"


@dataclass(frozen=True)
class PluginKind:
    """One kind of plug-in."""

    name: str
    folder: str
    contract: str
    tests: str

    def is_in(self, root: Path) -> bool:
        """Whether the stage that the kind belongs to has been built."""
        return (root / SOURCE / self.folder).is_dir()

    def files(self, root: Path) -> list[Path]:
        """The plug-ins of the kind, one file each."""
        folder = root / SOURCE / self.folder
        return sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")


KINDS = (
    PluginKind(
        "identifier-type",
        "identifiers/types",
        "IdentifierType",
        "tests/contracts/test_identifier_types.py",
    ),
    PluginKind("layout", "collect/mapping/layouts", "Layout", "tests/contracts/test_layouts.py"),
    PluginKind(
        "receipt-layout",
        "collect/receipts/layouts",
        "ReceiptLayout",
        "tests/contracts/test_receipt_layouts.py",
    ),
    PluginKind(
        "event-format",
        "collect/events/formats",
        "EventFormat",
        "tests/contracts/test_event_formats.py",
    ),
    PluginKind(
        "survivorship-rule",
        "unify/survivorship",
        "SurvivorshipRule",
        "tests/contracts/test_survivorship_rules.py",
    ),
    PluginKind(
        "comparison", "linkage/comparisons", "Comparison", "tests/contracts/test_comparisons.py"
    ),
    PluginKind("metric", "measure/metrics", "Metric", "tests/contracts/test_metrics.py"),
)
