"""Measuring: how much of the base can be found online, by every usual definition."""

from passerelle.measure.building import DEVICES_PER_PERSON, build_match_report
from passerelle.measure.html_page import render_html
from passerelle.measure.lifetimes import Lifetime, read_lifetimes
from passerelle.measure.match_files import MatchFiles, match_hashed_files
from passerelle.measure.match_inputs import MatchInputs, load_match_inputs
from passerelle.measure.match_report import MatchReport
from passerelle.measure.sections import report_sections
from passerelle.measure.truth_report import TruthInputs, read_truth
from passerelle.measure.words import caution_text, report_heading, report_headline

__all__ = [
    "DEVICES_PER_PERSON",
    "Lifetime",
    "MatchFiles",
    "MatchInputs",
    "MatchReport",
    "TruthInputs",
    "build_match_report",
    "caution_text",
    "load_match_inputs",
    "match_hashed_files",
    "read_lifetimes",
    "read_truth",
    "render_html",
    "report_heading",
    "report_headline",
    "report_sections",
]
