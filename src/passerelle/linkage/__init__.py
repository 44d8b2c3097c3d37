"""Link records that share no exact identifier: learn how people agree, and explain each link."""

from passerelle.linkage.comparison import Comparison
from passerelle.linkage.explaining import Explanation, FieldEvidence, explain_pair
from passerelle.linkage.fields import Field, guess_fields, list_comparisons
from passerelle.linkage.learning import Model
from passerelle.linkage.levels import level_name
from passerelle.linkage.linking import Linkage, LinkageSpec, link
from passerelle.linkage.model_file import model_from_json, model_to_json
from passerelle.linkage.quality import Quality, estimate_quality
from passerelle.linkage.relation_names import relation_name
from passerelle.linkage.report import (
    LinkageReport,
    build_linkage_report,
    render_linkage_report,
)
from passerelle.linkage.results import clusters_table, links_table

__all__ = [
    "Comparison",
    "Explanation",
    "Field",
    "FieldEvidence",
    "Linkage",
    "LinkageReport",
    "LinkageSpec",
    "Model",
    "Quality",
    "build_linkage_report",
    "clusters_table",
    "estimate_quality",
    "explain_pair",
    "guess_fields",
    "level_name",
    "link",
    "links_table",
    "list_comparisons",
    "model_from_json",
    "model_to_json",
    "relation_name",
    "render_linkage_report",
]
