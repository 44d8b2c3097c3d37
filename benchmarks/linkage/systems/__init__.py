"""How each system is driven: `python -m benchmarks.linkage.systems.NAME FOLDER`."""
