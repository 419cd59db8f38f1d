from django.db import migrations

from core.migration_operations import ValidateCheckOnline


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0006_signed_and_dismissed"),
    ]

    operations = [
        ValidateCheckOnline(model_name="report", name="report_signed_has_date"),
        ValidateCheckOnline(model_name="riskflag", name="risk_flag_dismissed_has_reason"),
    ]
