"""The value that most records agree on wins, then the most recent."""

from passerelle.kernel.language import N_
from passerelle.unify.survivorship_rule import SurvivorshipRule

PLUGIN = SurvivorshipRule(label=N_("most frequent"), prefers=("votes", "recency"))
