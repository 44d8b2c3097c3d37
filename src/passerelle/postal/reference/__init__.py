"""Reference tables of French addresses, and the gazetteer that answers from them."""

from passerelle.postal.reference.catalogue import (
    ReferenceTable,
    list_references,
    unload_reference,
)
from passerelle.postal.reference.gazetteer import Gazetteer, load_gazetteer
from passerelle.postal.reference.layouts import LAYOUTS, Layout, recognize_file
from passerelle.postal.reference.loading import load_reference
from passerelle.postal.reference.names import LINKING_WORDS, fold, routing_label
from passerelle.postal.reference.streets import StreetMatch
from passerelle.postal.reference.towns import Commune, How, Place, Town, TownMatch

__all__ = [
    "LAYOUTS",
    "LINKING_WORDS",
    "Commune",
    "Gazetteer",
    "How",
    "Layout",
    "Place",
    "ReferenceTable",
    "StreetMatch",
    "Town",
    "TownMatch",
    "fold",
    "list_references",
    "load_gazetteer",
    "load_reference",
    "recognize_file",
    "routing_label",
    "unload_reference",
]
