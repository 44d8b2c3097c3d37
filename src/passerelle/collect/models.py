"""What collecting keeps: sources, imports, each source's present records, and the quarantine.

Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from passerelle.store import IdField


class Source(models.Model):
    """Somebody who tells us about customers: a CRM, a shop, a site, a partner."""

    name = models.TextField(primary_key=True)
    kind = models.TextField()
    trusted = models.SmallIntegerField()
    created_at = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "sources"


class WriteKey(models.Model):
    """What a client shows the collector to send events of a source; only its hash is kept."""

    key_hash = models.TextField(primary_key=True)
    source = models.TextField(db_index=True)
    scope = models.TextField()
    origins = models.TextField(default="[]")
    rate = models.IntegerField(default=0)
    created_at = models.BigIntegerField()
    ends_at = models.BigIntegerField(null=True)

    class Meta:
        """Table name."""

        db_table = "write_keys"


class Import(models.Model):
    """One file from one source, and how far it has come."""

    import_id = models.TextField(primary_key=True)
    source = models.TextField()
    kind = models.TextField()
    file_name = models.TextField()
    content_id = models.TextField()
    plan = models.TextField()
    batch_rows = models.IntegerField()
    batches_done = models.IntegerField(default=0)
    is_complete = models.SmallIntegerField(default=0)
    is_replay = models.SmallIntegerField(default=0)
    counts = models.TextField(default="{}")
    started_at = models.BigIntegerField()
    finished_at = models.BigIntegerField(null=True)

    class Meta:
        """Table name."""

        db_table = "imports"


class Record(models.Model):
    """A source's record as it last said it; the lake has every version."""

    record_id = IdField(primary_key=True)
    source = models.TextField()
    record_key = models.TextField()
    content_hash = models.BigIntegerField()
    import_id = models.TextField()
    observed_at = models.BigIntegerField()
    learned_at = models.BigIntegerField()
    received_at = models.BigIntegerField()
    first_name_key = models.TextField(null=True)
    last_name_key = models.TextField(null=True)
    birth_date = models.TextField(null=True)
    normalized = models.TextField()

    class Meta:
        """Table name; people are looked up by name."""

        db_table = "records"
        indexes: ClassVar = [
            models.Index(fields=["last_name_key", "first_name_key"], name="records_by_name")
        ]


class QuarantinedRow(models.Model):
    """A row that could not be used, with what is wrong and how to mend it.

    `original` is what the source said and stays; `repaired` is what a person made of it.
    `refused_by` is the replay that could not use it either.
    """

    row_id = models.TextField(primary_key=True)
    import_id = models.TextField(db_index=True)
    source = models.TextField()
    kind = models.TextField()
    row_number = models.BigIntegerField()
    reason = models.TextField()
    detail = models.TextField()
    original = models.TextField()
    repaired = models.TextField(null=True)
    refused_by = models.TextField(null=True)
    state = models.TextField(default="waiting")
    quarantined_at = models.BigIntegerField()
    settled_at = models.BigIntegerField(null=True)

    class Meta:
        """Table name."""

        db_table = "quarantined_rows"
        indexes: ClassVar = [models.Index(fields=["state", "reason"], name="quarantine_by_state")]
