"""Link records that share no exact identifier: learn how people agree, and explain each link."""

from passerelle.linkage.adding.linker import Added, Linker
from passerelle.linkage.cluster_names import ClusterEvent, carry_names
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.deciding import Decisions
from passerelle.linkage.explaining import (
    Explainer,
    Explanation,
    FieldEvidence,
    explain_pair,
    explain_pairs,
)
from passerelle.linkage.fields import Field, guess_fields, list_comparisons
from passerelle.linkage.labels import Accuracy, Calibration, Labels, accuracy_curve
from passerelle.linkage.learning import Model
from passerelle.linkage.levels import level_name
from passerelle.linkage.linking import Linkage, LinkageSpec, link
from passerelle.linkage.model_file import model_from_json, model_to_json
from passerelle.linkage.on_engine.linking_on_engine import (
    EngineLinkage,
    LinkingEngine,
    link_on_engine,
)
from passerelle.linkage.quality import Quality, estimate_quality
from passerelle.linkage.relation_names import relation_name
from passerelle.linkage.report import (
    LinkageReport,
    build_linkage_report,
    render_linkage_report,
)
from passerelle.linkage.results import clusters_table, links_table
from passerelle.linkage.reviewing import measure_accuracy, review_queue

__all__ = [
    "Accuracy",
    "Added",
    "Calibration",
    "ClusterEvent",
    "Comparison",
    "Decisions",
    "EngineLinkage",
    "Explainer",
    "Explanation",
    "Field",
    "FieldEvidence",
    "Labels",
    "Linkage",
    "LinkageReport",
    "LinkageSpec",
    "Linker",
    "LinkingEngine",
    "Model",
    "Quality",
    "accuracy_curve",
    "build_linkage_report",
    "carry_names",
    "clusters_table",
    "estimate_quality",
    "explain_pair",
    "explain_pairs",
    "guess_fields",
    "level_name",
    "link",
    "link_on_engine",
    "links_table",
    "list_comparisons",
    "measure_accuracy",
    "model_from_json",
    "model_to_json",
    "relation_name",
    "render_linkage_report",
    "review_queue",
]
