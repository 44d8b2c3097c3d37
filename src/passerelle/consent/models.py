"""What consent keeps: the ledger of what people said, its head, and the policies in force.

Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ConsentEvent(models.Model):
    """One thing that somebody said, or that was said of them; rows are only ever added.

    `subject_id` is a keyed hash of a contact point, a device, an account or a record; nothing
    here says who it is. `previous_hash` and `hash` chain the rows in the order of `number`.
    """

    number = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    subject_id = models.BigIntegerField()
    subject_type = models.TextField()
    scope = models.TextField()
    purpose = models.TextField()
    channel = models.TextField()
    decision = models.TextField()
    lifts = models.TextField(default="")
    method = models.TextField()
    notice = models.TextField(default="")
    source = models.TextField()
    is_trusted = models.SmallIntegerField()
    occurred_at = models.BigIntegerField()
    recorded_at = models.BigIntegerField()
    valid_until = models.BigIntegerField(null=True)
    adult_from = models.BigIntegerField(null=True)
    evidence = models.TextField(default="")
    previous_hash = models.TextField()
    hash = models.TextField()

    class Meta:
        """Table name; what somebody said is looked up by the subject."""

        db_table = "consent_events"
        indexes: ClassVar = [models.Index(fields=["subject_id"], name="consent_by_subject")]


class ConsentHead(models.Model):
    """The end of the ledger, sealed with the installation's secret: rows cut off are missed."""

    head_id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.TextField()
    seal = models.TextField()

    class Meta:
        """Table name; it has one row."""

        db_table = "consent_heads"


class ConsentPolicy(models.Model):
    """A policy as its file said it, and since when it is in force."""

    version = models.TextField(primary_key=True)
    text = models.TextField()
    effective_from = models.BigIntegerField()
    applied_at = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "consent_policies"


class ContactPreference(models.Model):
    """What the bearer of a contact point chose to hear of a purpose, and how often at most.

    Not a permission: a channel asks the gate first. `frequency` is a key of the policy, empty for
    none chosen; `topics` keys of the policy, JSON, null for none chosen, which means all.
    """

    pk = models.CompositePrimaryKey("subject_id", "purpose")
    subject_id = models.BigIntegerField()
    purpose = models.TextField()
    frequency = models.TextField(default="")
    topics = models.TextField(null=True)
    chosen_at = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "contact_preferences"
