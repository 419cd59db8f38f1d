from django.db import migrations, models
from django.db.models.functions import Lower

from core.migration_operations import AddUniqueOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        AddUniqueOnline(
            model_name="therapist",
            constraint=models.UniqueConstraint(Lower("email"), name="therapist_email_any_case"),
        ),
    ]
