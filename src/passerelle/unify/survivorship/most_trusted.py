"""The value of the most trusted source wins, then the most recent."""

from passerelle.kernel.language import N_
from passerelle.unify.survivorship_rule import SurvivorshipRule

PLUGIN = SurvivorshipRule(label=N_("most trusted"), prefers=("trust",))
