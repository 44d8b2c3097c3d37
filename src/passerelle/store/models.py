"""What the store itself keeps: the audit log.

Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from django.db import models

from passerelle.store.fields import IdField


class AuditRow(models.Model):
    """Something that was done with personal data, and by whom; rows are only ever added.

    `subjects` and `detail` are JSON: pseudonyms of whom it was about (see `audit_salts`), and
    words about it, none of which is a value of a person. `previous_hash` and `hash` chain the
    rows in the order of `number`. `entry_id` is random: an entry is taken in once.
    """

    number = IdField(primary_key=True)
    entry_id = models.TextField(unique=True)
    happened_at = models.BigIntegerField()
    actor = models.TextField()
    action = models.TextField()
    subjects = models.TextField()
    detail = models.TextField()
    previous_hash = models.TextField()
    hash = models.TextField()

    class Meta:
        """Table name."""

        db_table = "audit_entries"


class AuditMention(models.Model):
    """An entry of the audit log by a pseudonym in it: what was done about one person."""

    pk = models.CompositePrimaryKey("subject", "number")
    subject = models.TextField()
    number = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "audit_mentions"


class AuditSalt(models.Model):
    """What makes a subject's pseudonym, with the secret; taken away, nobody can make it again."""

    subject_id = IdField(primary_key=True)
    salt = models.TextField()

    class Meta:
        """Table name."""

        db_table = "audit_salts"


class AuditHead(models.Model):
    """The end of the audit log, sealed with the installation's secret: rows cut off are missed."""

    head_id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.TextField()
    seal = models.TextField()

    class Meta:
        """Table name; it has one row."""

        db_table = "audit_heads"
