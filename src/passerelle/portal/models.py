"""What the customer's page keeps: links to sign in with, and sessions.

Instants are microseconds since 1970, UTC. Of links and sessions only hashes are kept.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SignInLink(models.Model):
    """A link that proves that whoever follows it can read what reaches a contact point.

    `token_hash` is the SHA-256 of its token; `subject_id` the id of the contact point; `method` how
    it was sent: mail, sms or paper. One for a single use has `used_at` once it was used.
    """

    token_hash = models.TextField(primary_key=True)
    subject_type = models.TextField()
    subject_id = models.BigIntegerField()
    method = models.TextField()
    is_single_use = models.SmallIntegerField()
    made_at = models.BigIntegerField()
    ends_at = models.BigIntegerField(db_index=True)
    used_at = models.BigIntegerField(null=True)

    class Meta:
        """Table name; how many were made for somebody is counted."""

        db_table = "portal_links"
        indexes: ClassVar = [models.Index(fields=["subject_id"], name="portal_links_by_subject")]


class PortalSession(models.Model):
    """Somebody signed in: by which contact point, and whose data that shows, if that is known.

    `session_hash` is the SHA-256 of what the browser holds; `tries` counts answers to the question
    of who of a shared contact point it is. `profile_id` is null as long as nobody knows.
    """

    session_hash = models.TextField(primary_key=True)
    subject_type = models.TextField()
    subject_id = models.BigIntegerField()
    profile_id = models.BigIntegerField(null=True)
    method = models.TextField()
    tries = models.IntegerField(default=0)
    begun_at = models.BigIntegerField()
    ends_at = models.BigIntegerField(db_index=True)

    class Meta:
        """Table name; all sessions of somebody end at once."""

        db_table = "portal_sessions"
        indexes: ClassVar = [
            models.Index(fields=["subject_id"], name="portal_sessions_by_subject"),
            models.Index(fields=["profile_id"], name="portal_sessions_by_profile"),
        ]
