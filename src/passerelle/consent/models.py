"""What consent keeps: the ledger of what people said, the policies in force, and their requests.

Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from passerelle.store import IdField


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


class RightsRequest(models.Model):
    """What somebody asked for by right, how far it has come, and until when it must be answered.

    `profile_id` is who asked. `proof` says how they proved who they are, empty until then.
    `outcome` is JSON: what was done, in counts; `receipt_hash` that of the receipt.
    """

    request_id = IdField(primary_key=True)
    kind = models.TextField()
    profile_id = models.BigIntegerField()
    state = models.TextField()
    proof = models.TextField(default="")
    received_at = models.BigIntegerField()
    due_at = models.BigIntegerField()
    is_extended = models.SmallIntegerField(default=0)
    settled_at = models.BigIntegerField(null=True)
    outcome = models.TextField(default="{}")
    receipt_hash = models.TextField(default="")

    class Meta:
        """Table name."""

        db_table = "rights_requests"


class RightsStep(models.Model):
    """One thing that was done about a request: by whom, when, and why if a reason was given."""

    pk = models.CompositePrimaryKey("request_id", "number")
    request_id = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.BigIntegerField()
    actor = models.TextField()
    step = models.TextField()
    detail = models.TextField()

    class Meta:
        """Table name."""

        db_table = "rights_steps"


class RightsPlace(models.Model):
    """A place that an erasure is done with, and how many rows went."""

    pk = models.CompositePrimaryKey("request_id", "place")
    request_id = models.BigIntegerField()
    place = models.TextField()
    removed = models.BigIntegerField()
    done_at = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "rights_places"


class RightsDelivery(models.Model):
    """A destination that is to delete somebody, until it has said that it did.

    `reference` is what the destination knows them by; it is emptied with its receipt.
    """

    pk = models.CompositePrimaryKey("request_id", "destination")
    request_id = models.BigIntegerField()
    destination = models.TextField()
    reference = models.TextField()
    attempts = models.BigIntegerField(default=0)
    next_at = models.BigIntegerField()
    receipt = models.TextField(default="")
    settled_at = models.BigIntegerField(null=True)

    class Meta:
        """Table name."""

        db_table = "rights_deliveries"


class TombstoneMark(models.Model):
    """The last line of the tombstone journal that this store knows of; one row."""

    mark_id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "tombstone_marks"


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
