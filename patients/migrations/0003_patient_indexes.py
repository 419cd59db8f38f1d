from django.conf import settings
from django.db import migrations, models

from core.migration_operations import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0002_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexOnline(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["therapist", "full_name", "id"],
                name="patient_owner_name",
            ),
        ),
        AddIndexOnline(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["therapist", "deleted_at"],
                name="patient_deleted",
            ),
        ),
    ]
