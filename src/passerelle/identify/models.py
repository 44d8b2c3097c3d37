"""The identity graph's tables: identifiers, evidence between them, and who follows from it.

Large tables are written in bulk (see `graph_store.py`); the models give them their columns and
migrations on both databases. Instants are microseconds since 1970, UTC.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from passerelle.store import IdField


class Identifier(models.Model):
    """A canonical value of a known type."""

    identifier_id = IdField(primary_key=True)
    type = models.TextField()
    value = models.TextField()
    judgement = models.TextField(default="personal")
    learned_at = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "identifiers"


class Edge(models.Model):
    """One kind of evidence, told by one source, that two identifiers are one person's.

    Edges are kept in the order of their left end, whose id the edge's id begins with: they need
    no index to be found by it (see `graph_store.with_edge_ids`). `edge_ends` finds them by the
    other.
    """

    edge_id = IdField(primary_key=True)
    left_id = models.BigIntegerField()
    right_id = models.BigIntegerField()
    kind = models.TextField()
    source = models.TextField()
    trusted = models.SmallIntegerField()
    first_seen_at = models.BigIntegerField()
    last_seen_at = models.BigIntegerField()
    learned_at = models.BigIntegerField()
    observations = models.BigIntegerField()
    withdrawn_at = models.BigIntegerField(null=True)
    withdrawn_reason = models.TextField(null=True)

    class Meta:
        """Table name."""

        db_table = "edges"


class EdgeEnd(models.Model):
    """An edge at its right end.

    A table and not an index: a batch is put into it in its order, where an index takes the rows
    in the order of `edges`, all over the place and four times as slowly.
    """

    pk = models.CompositePrimaryKey("right_id", "edge_id")
    right_id = models.BigIntegerField()
    edge_id = models.BigIntegerField()

    class Meta:
        """Table name; SQLite keeps it in the order of its key, without a row number."""

        db_table = "edge_ends"


class Refusal(models.Model):
    """An edge that was not followed, with the protection that objected."""

    edge_id = IdField(primary_key=True)
    reason = models.TextField()

    class Meta:
        """Table name."""

        db_table = "refusals"


class Placement(models.Model):
    """The identity map: the profile that an identifier belongs to."""

    identifier_id = IdField(primary_key=True)
    profile_id = models.BigIntegerField()

    class Meta:
        """Table name; a profile's identifiers are looked up by it."""

        db_table = "placements"
        indexes: ClassVar = [models.Index(fields=["profile_id"], name="placements_by_profile")]


class KeptApart(models.Model):
    """Two identifiers that a person said belong to two people."""

    left_id = models.BigIntegerField()
    right_id = models.BigIntegerField()
    reason = models.TextField()
    decided_at = models.BigIntegerField()

    class Meta:
        """Table name; one row a pair, the smaller id on the left."""

        db_table = "kept_apart"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left_id", "right_id"], name="kept_apart_pair")
        ]


class Residence(models.Model):
    """What a version of a record says of where its person lives, and under what name."""

    pk = models.CompositePrimaryKey("record_id", "observed_at")
    record_id = models.BigIntegerField()
    observed_at = models.BigIntegerField()
    address_id = models.BigIntegerField(null=True)
    unit = models.TextField(null=True)
    postcode = models.TextField(null=True)
    last_name_key = models.TextField(null=True)
    birth_name_key = models.TextField(null=True)

    class Meta:
        """Table name; SQLite keeps it in the order of its key, without a row number."""

        db_table = "residences"


class Household(models.Model):
    """The household that a profile lives in now; who lives alone is one."""

    profile_id = IdField(primary_key=True)
    household_id = models.BigIntegerField(db_index=True)

    class Meta:
        """Table name."""

        db_table = "households"


class HouseholdMembership(models.Model):
    """Since when a profile lives with others, and until when; valid_to is null while it does."""

    pk = models.CompositePrimaryKey("profile_id", "household_id", "valid_from")
    profile_id = models.BigIntegerField()
    household_id = models.BigIntegerField(db_index=True)
    valid_from = models.BigIntegerField()
    valid_to = models.BigIntegerField(null=True)

    class Meta:
        """Table name."""

        db_table = "household_memberships"


class LikenessReason(models.Model):
    """Why records are alike, for each edge of that kind; no value of theirs is in it.

    evidence: JSON: prior, and steps of field, kind, level and bits.
    """

    edge_id = IdField(primary_key=True)
    match_probability = models.FloatField()
    evidence = models.TextField()

    class Meta:
        """Table name."""

        db_table = "likenesses"


class LinkUse(models.Model):
    """The browser that used a personal link first: the only one that the link binds."""

    link_id = IdField(primary_key=True)
    subject_id = models.BigIntegerField()
    device_id = models.BigIntegerField()
    first_used_at = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "link_uses"


class ConsentProof(models.Model):
    """What was last said about consent by an event that told an edge, and by which event."""

    edge_id = IdField(primary_key=True)
    event_id = models.BigIntegerField()
    consent = models.TextField()
    said_at = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "consent_proofs"
