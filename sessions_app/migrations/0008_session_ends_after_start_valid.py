from django.db import migrations

from core.migration_operations import ValidateCheckOnline


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0007_session_ends_after_start"),
    ]

    operations = [
        ValidateCheckOnline(model_name="therapysession", name="session_ends_after_start"),
    ]
