"""What unifying keeps: life changes that were found, and what people decided about them.

Instants are microseconds since 1970, UTC; days are ISO 8601 texts, with as many parts as are known.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from passerelle.store import IdField


class LifeChange(models.Model):
    """A change in somebody's life, proposed or certain.

    It belongs to whoever has `identifier_id`, and to nobody while `other_id` is somebody else's:
    merged and parted profiles take theirs along. `details` say what changed, `evidence` why it is
    believed, both as JSON. `former_name_key` finds people by a name they no longer bear.
    """

    change_id = IdField(primary_key=True)
    kind = models.TextField()
    identifier_id = models.BigIntegerField(db_index=True)
    other_id = models.BigIntegerField(null=True)
    source = models.TextField()
    happened_on = models.TextField(null=True)
    learned_at = models.BigIntegerField()
    gone_at = models.BigIntegerField(null=True)
    probability = models.FloatField()
    is_certain = models.SmallIntegerField()
    former_name_key = models.TextField(null=True, db_index=True)
    details = models.TextField()
    evidence = models.TextField()

    class Meta:
        """Table name."""

        db_table = "life_changes"


class LifeDecision(models.Model):
    """What a person decided about a life change; the last one that was not undone is in force."""

    decision_id = models.BigAutoField(primary_key=True)
    change_id = models.BigIntegerField()
    verdict = models.TextField()
    reason = models.TextField()
    decided_at = models.BigIntegerField()
    undone_at = models.BigIntegerField(null=True)

    class Meta:
        """Table name."""

        db_table = "life_decisions"
        indexes: ClassVar = [models.Index(fields=["change_id"], name="decisions_by_change")]
