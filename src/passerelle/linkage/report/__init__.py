"""The report of a linkage: what was found, how good it is, and why."""

from passerelle.linkage.report.building import build_linkage_report, count_totals
from passerelle.linkage.report.html_page import render_linkage_report
from passerelle.linkage.report.linkage_report import LinkageReport

__all__ = ["LinkageReport", "build_linkage_report", "count_totals", "render_linkage_report"]
