"""The suppression list: who must not be contacted, kept as keys of which nothing is read back."""

from passerelle.consent.suppression.matching import (
    ContactPoint,
    list_suppressed,
    list_suppressed_of_many,
)
from passerelle.consent.suppression.personal_values import PersonalValues, values_of_profile
from passerelle.consent.suppression.screening import Screen
from passerelle.consent.suppression.suppression_store import (
    ASKED,
    ERASED,
    OWN,
    Suppression,
    find_entries,
    list_suppressions,
    remove_entries,
    suppress_contact,
    suppress_person,
    suppress_profile,
)

__all__ = [
    "ASKED",
    "ERASED",
    "OWN",
    "ContactPoint",
    "PersonalValues",
    "Screen",
    "Suppression",
    "find_entries",
    "list_suppressed",
    "list_suppressed_of_many",
    "list_suppressions",
    "remove_entries",
    "suppress_contact",
    "suppress_person",
    "suppress_profile",
    "values_of_profile",
]
