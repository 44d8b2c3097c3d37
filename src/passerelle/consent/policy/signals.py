"""Words of the consent signals that a policy maps its purposes to."""

from __future__ import annotations

LAST_TCF_PURPOSE = 11
"""IAB Europe, Transparency and Consent Framework 2.2 and later: purposes 1 to 11."""
