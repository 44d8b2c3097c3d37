"""Collected only where the shared facts are: set PASSERELLE_SHARED to their folder."""

import os

collect_ignore_glob = [] if os.environ.get("PASSERELLE_SHARED") else ["test_*.py"]
