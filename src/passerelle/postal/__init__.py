"""Postal addresses, as far as matching needs them: a key that survives spelling.

Standardising to the French postal norm is not done here yet; see docs/explanation/identity.md.
"""

from passerelle.postal.address_key import address_keys

__all__ = ["address_keys"]
