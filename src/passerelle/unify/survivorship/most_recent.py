"""The value observed last wins."""

from passerelle.kernel.language import N_
from passerelle.unify.survivorship_rule import SurvivorshipRule

PLUGIN = SurvivorshipRule(label=N_("most recent"), prefers=("recency",))
