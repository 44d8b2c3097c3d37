"""The suppression list: who must not be contacted, kept as keys of which nothing is read back."""

from passerelle.consent.suppression.file_checks import ListedRow, check_file
from passerelle.consent.suppression.list_files import (
    KNOWN_LISTS,
    ListFile,
    ListImported,
    import_list,
)
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
    ListCount,
    Suppression,
    close_profile,
    count_suppressions,
    find_address_id,
    find_contact_entries,
    find_entries,
    list_suppressions,
    remove_entries,
    suppress_contact,
    suppress_home,
    suppress_person,
    suppress_profile,
)

__all__ = [
    "ASKED",
    "ERASED",
    "KNOWN_LISTS",
    "OWN",
    "ContactPoint",
    "ListCount",
    "ListFile",
    "ListImported",
    "ListedRow",
    "PersonalValues",
    "Screen",
    "Suppression",
    "check_file",
    "close_profile",
    "count_suppressions",
    "find_address_id",
    "find_contact_entries",
    "find_entries",
    "import_list",
    "list_suppressed",
    "list_suppressed_of_many",
    "list_suppressions",
    "remove_entries",
    "suppress_contact",
    "suppress_home",
    "suppress_person",
    "suppress_profile",
    "values_of_profile",
]
