"""Keys of a standardized address, equal for two spellings of one place; each within the one above.

A street is known by its commune and the letters of its name that people hear: without articles,
doubled letters once, PH as F, Y as I, no plural. Two streets of one commune that differ in no more
than that are one to the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from passerelle.postal.address import PostalAddress
from passerelle.postal.reference import fold
from passerelle.postal.tables import words_of

_DOUBLED = re.compile(r"([A-Z])\1+")
_SHORTEST_PLURAL = 4  # letters; « BAS » and « PRIX » keep their last one


@dataclass(frozen=True, slots=True, repr=False)
class AddressKeys:
    """Of one address; empty where it does not say enough.

    street: commune and street, or hamlet where there is no street.
    building: with the house number.
    dwelling: with the flat, floor or staircase, and the building or residence.
    """

    street: str = ""
    building: str = ""
    dwelling: str = ""


def match_keys(address: PostalAddress) -> AddressKeys:
    """The keys of an address in France or Monaco whose commune is known.

    >>> from passerelle.postal import standardize_address
    >>> one = standardize_address("12 bis r. Philippe de Girard 75010 Paris")
    >>> other = standardize_address("PARIS 75010, 12B RUE PHILIPE GIRARD")
    >>> match_keys(one).street
    '75110|RUE FILIPE GIRARD'
    >>> match_keys(one).street == match_keys(other).street
    True
    """
    name = _heard(address.street or address.locality)
    if not address.insee_code or not name:
        return AddressKeys()
    street = f"{address.insee_code}|{name}"
    if address.street and not address.number:
        return AddressKeys(street)
    repetition = address.repetition[:1]
    building = f"{street}|{fold(address.number)}{repetition}"
    return AddressKeys(street, building, f"{building}|{_heard(address.complement)}")


def _heard(text: str) -> str:
    """The words of a name as they sound, without those that people leave out."""
    small = words_of("articles")
    words = [word for word in fold(text).split() if word not in small]
    return " ".join(map(_heard_word, words or fold(text).split()))


def _heard_word(word: str) -> str:
    if not word.isalpha():
        return word
    plain = _DOUBLED.sub(r"\1", word.replace("PH", "F").replace("Y", "I"))
    return plain[:-1] if len(plain) >= _SHORTEST_PLURAL and plain[-1] in "SX" else plain
