"""Measuring: how much of the base can be found online, by every usual definition."""

from passerelle.measure.building import DEVICES_PER_PERSON, build_match_report
from passerelle.measure.lifetimes import Lifetime, read_lifetimes
from passerelle.measure.match_inputs import MatchInputs, load_match_inputs
from passerelle.measure.match_report import MatchReport
from passerelle.measure.truth_report import TruthInputs, read_truth

__all__ = [
    "DEVICES_PER_PERSON",
    "Lifetime",
    "MatchInputs",
    "MatchReport",
    "TruthInputs",
    "build_match_report",
    "load_match_inputs",
    "read_lifetimes",
    "read_truth",
]
