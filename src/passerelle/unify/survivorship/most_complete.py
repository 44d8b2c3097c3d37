"""The longest value wins, then the most recent: an initial gives way to a name."""

from passerelle.kernel.language import N_
from passerelle.unify.survivorship_rule import SurvivorshipRule

PLUGIN = SurvivorshipRule(label=N_("most complete"), prefers=("length", "recency"))
