from django.conf import settings
from django.db import migrations, models

from core.migration_operations import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0003_patient_indexes"),
        ("sessions_app", "0009_one_running_stage_run"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexOnline(
            model_name="therapysession",
            index=models.Index(fields=["therapist", "created_at"], name="session_owner_created"),
        ),
        AddIndexOnline(
            model_name="therapysession",
            index=models.Index(
                condition=models.Q(("status", "failed")),
                fields=["therapist", "-session_date", "-created_at"],
                name="session_owner_failed",
            ),
        ),
    ]
