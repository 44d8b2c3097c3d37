"""What records say of where people live is kept by identity, version by version."""

from django.db import migrations


class Migration(migrations.Migration):
    """Records lose the id of a household."""

    dependencies = [("collect", "0001_first_tables")]

    operations = [migrations.RemoveField(model_name="record", name="household_id")]
