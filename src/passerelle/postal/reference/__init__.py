"""Reference tables of French addresses, and the gazetteer that answers from them."""

from passerelle.postal.reference.gazetteer import Gazetteer, load_gazetteer
from passerelle.postal.reference.names import fold, routing_label
from passerelle.postal.reference.towns import Commune, How, Place, Town, TownMatch

__all__ = [
    "Commune",
    "Gazetteer",
    "How",
    "Place",
    "Town",
    "TownMatch",
    "fold",
    "load_gazetteer",
    "routing_label",
]
