"""Measuring: how good the records are, and how much of the base can be found online."""

from passerelle.measure.building import DEVICES_PER_PERSON, build_match_report
from passerelle.measure.cookies.bindings_list import list_bindings, write_bindings
from passerelle.measure.cookies.cookie_report import CookieReport
from passerelle.measure.cookies.sections import cookie_headline
from passerelle.measure.html_page import render_html
from passerelle.measure.lifetimes import Lifetime, read_lifetimes
from passerelle.measure.match_files import MatchFiles, match_hashed_files
from passerelle.measure.match_inputs import MatchInputs, load_match_inputs
from passerelle.measure.match_report import MatchReport
from passerelle.measure.quality.building import build_quality_report
from passerelle.measure.quality.html_page import render_quality_html
from passerelle.measure.quality.parts_of_source import list_quarantined, source_parts
from passerelle.measure.quality.quality_parts import QualityPart, file_part
from passerelle.measure.quality.quality_report import QualityReport
from passerelle.measure.quality.sections import quality_sections
from passerelle.measure.quality.words import quality_heading, quality_headline
from passerelle.measure.sections import cookie_sections_of, report_sections
from passerelle.measure.truth_report import TruthInputs, read_truth
from passerelle.measure.words import caution_text, report_heading, report_headline

__all__ = [
    "DEVICES_PER_PERSON",
    "CookieReport",
    "Lifetime",
    "MatchFiles",
    "MatchInputs",
    "MatchReport",
    "QualityPart",
    "QualityReport",
    "TruthInputs",
    "build_match_report",
    "build_quality_report",
    "caution_text",
    "cookie_headline",
    "cookie_sections_of",
    "file_part",
    "list_bindings",
    "list_quarantined",
    "load_match_inputs",
    "match_hashed_files",
    "quality_heading",
    "quality_headline",
    "quality_sections",
    "read_lifetimes",
    "read_truth",
    "render_html",
    "render_quality_html",
    "report_heading",
    "report_headline",
    "report_sections",
    "source_parts",
    "write_bindings",
]
