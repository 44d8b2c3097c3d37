"""Pages: one file that needs nothing else, in both languages, with charts of its own."""

from passerelle.pages.charts import (
    balance_svg,
    bars_svg,
    columns_svg,
    parts_svg,
    skyline_svg,
    step_svg,
)
from passerelle.pages.figures import amount, long_date, number, share
from passerelle.pages.frame import Article, render_page
from passerelle.pages.parts import (
    cautions_html,
    definitions_html,
    details_html,
    facts_html,
    legend_html,
    section_html,
    table_html,
)
from passerelle.pages.sections import Line, Section
from passerelle.pages.texts import readable

__all__ = [
    "Article",
    "Line",
    "Section",
    "amount",
    "balance_svg",
    "bars_svg",
    "cautions_html",
    "columns_svg",
    "definitions_html",
    "details_html",
    "facts_html",
    "legend_html",
    "long_date",
    "number",
    "parts_svg",
    "readable",
    "render_page",
    "section_html",
    "share",
    "skyline_svg",
    "step_svg",
    "table_html",
]
