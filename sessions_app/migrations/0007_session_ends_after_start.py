from django.db import migrations, models

from core.migration_operations import AddCheckOnline


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0006_upload_leases"),
    ]

    operations = [
        AddCheckOnline(
            model_name="therapysession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("started_at", None),
                    ("ended_at", None),
                    ("ended_at__gt", models.F("started_at")),
                    _connector="OR",
                ),
                name="session_ends_after_start",
            ),
        ),
    ]
