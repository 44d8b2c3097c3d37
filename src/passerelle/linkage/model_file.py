"""A model as JSON that people can read and compare, and use again."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.linkage.fields import Field, list_comparisons
from passerelle.linkage.labels import Calibration
from passerelle.linkage.learning import Model
from passerelle.linkage.levels import level_name

VERSION = 1
_PLACES = 12


def model_to_json(model: Model, fields: tuple[Field, ...]) -> str:
    """The model, field by field: of each level, its probability in each relation."""
    told = {
        "version": VERSION,
        "relations": {
            name: {"share_of_all_pairs": float(f"{prior:.9g}")}
            for name, prior in zip(model.relations, model.priors, strict=True)
        },
        "corrected_by_labels": {
            "shift": model.calibration.shift,
            "scale": model.calibration.scale,
        },
        "fields": [_field(model, at, field) for at, field in enumerate(fields)],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _field(model: Model, at: int, field: Field) -> dict[str, Any]:
    comparison = list_comparisons()[field.kind]
    return {
        "column": field.column,
        "kind": field.kind,
        "learned_by": [
            name for number, name in enumerate(model.relations) if bool(model.learned[number, at])
        ],
        "levels": [
            {
                "level": level_name(comparison, level),
                **{
                    name: round(float(model.agreements[number][at][level]), _PLACES)
                    for number, name in enumerate(model.relations)
                },
            }
            for level in range(comparison.level_count)
        ],
    }


def model_from_json(text: str) -> tuple[Model, tuple[Field, ...]]:
    """The model that a file holds, and the fields that it is about.

    Raises:
        InvalidInput: It is no model, or one of another version or with unknown comparisons.
    """
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            raise _unusable()
        fields = tuple(Field(each["column"], each["kind"]) for each in told["fields"])
        relations = tuple(told["relations"])
        agreements = tuple(
            tuple(np.array([level[name] for level in each["levels"]]) for each in told["fields"])
            for name in relations
        )
        if any(
            len(agreements[0][at]) != list_comparisons()[field.kind].level_count
            for at, field in enumerate(fields)
        ):
            raise _unusable()
        return (
            Model(
                relations,
                np.array([told["relations"][name]["share_of_all_pairs"] for name in relations]),
                tuple(np.maximum(each, 10.0**-_PLACES) for each in agreements[-1]),
                tuple(
                    tuple(np.maximum(each, 10.0**-_PLACES) for each in one) for one in agreements
                ),
                np.array([[name in each["learned_by"] for each in told["fields"]]
                          for name in relations]),
                _calibration(told.get("corrected_by_labels", {})),
            ),
            fields,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, IndexError):
        raise _unusable() from None


def _calibration(told: dict[str, float]) -> Calibration:
    return Calibration(float(told.get("shift", 0.0)), float(told.get("scale", 1.0)))


def _unusable() -> InvalidInput:
    return InvalidInput(
        _("The file holds no linkage model that this version can use."),
        hint=_("Make one with: passerelle records link FILE --out DIR"),
    )
