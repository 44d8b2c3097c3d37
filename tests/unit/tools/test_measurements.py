"""What `./dev bench` finds in benchmarks/."""

from __future__ import annotations

from pathlib import Path

from tools.measurements import list_measurements

MEASUREMENT = '"""Seconds of {name}.\n\nMore."""\n\ndef run(argv):\n    return 0\n'


def test_a_measurement_is_a_module_or_a_package_with_run(tmp_path: Path) -> None:
    (tmp_path / "zoo.py").write_text(MEASUREMENT.format(name="zoo"))
    (tmp_path / "shared.py").write_text('"""No measurement."""\n')
    (tmp_path / "linkage").mkdir()
    (tmp_path / "linkage" / "__init__.py").write_text(MEASUREMENT.format(name="linkage"))
    (tmp_path / "linkage" / "sets.py").write_text(MEASUREMENT.format(name="sets"))

    assert list_measurements(tmp_path) == {
        "linkage": "Seconds of linkage.",
        "zoo": "Seconds of zoo.",
    }
