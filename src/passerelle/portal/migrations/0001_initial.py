"""Links to sign in with, and sessions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first tables of the customer's page."""

    initial = True

    operations = [
        migrations.CreateModel(
            name="SignInLink",
            fields=[
                ("token_hash", models.TextField(primary_key=True, serialize=False)),
                ("subject_type", models.TextField()),
                ("subject_id", models.BigIntegerField()),
                ("method", models.TextField()),
                ("is_single_use", models.SmallIntegerField()),
                ("made_at", models.BigIntegerField()),
                ("ends_at", models.BigIntegerField(db_index=True)),
                ("used_at", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "portal_links",
                "indexes": [models.Index(fields=["subject_id"], name="portal_links_by_subject")],
            },
        ),
        migrations.CreateModel(
            name="PortalSession",
            fields=[
                ("session_hash", models.TextField(primary_key=True, serialize=False)),
                ("subject_type", models.TextField()),
                ("subject_id", models.BigIntegerField()),
                ("profile_id", models.BigIntegerField(null=True)),
                ("method", models.TextField()),
                ("tries", models.IntegerField(default=0)),
                ("begun_at", models.BigIntegerField()),
                ("ends_at", models.BigIntegerField(db_index=True)),
            ],
            options={
                "db_table": "portal_sessions",
                "indexes": [
                    models.Index(fields=["subject_id"], name="portal_sessions_by_subject"),
                    models.Index(fields=["profile_id"], name="portal_sessions_by_profile"),
                ],
            },
        ),
    ]
