"""Postal addresses, as far as matching needs them: a key that survives spelling.

Standardising to the French postal norm is not done here yet; see docs/explanation/identity.md.
"""

from passerelle.postal.address_key import address_keys
from passerelle.postal.reference import Gazetteer, fold, load_gazetteer

__all__ = ["Gazetteer", "address_keys", "fold", "load_gazetteer"]
