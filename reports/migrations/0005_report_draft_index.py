from django.db import migrations, models

from core.migration_operations import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("reports", "0004_flag_standing"),
    ]

    operations = [
        AddIndexOnline(
            model_name="report",
            index=models.Index(
                condition=models.Q(("status", "draft")), fields=["session"], name="report_draft"
            ),
        ),
    ]
