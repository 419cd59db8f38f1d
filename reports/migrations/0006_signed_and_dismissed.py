from django.db import migrations, models

from core.migration_operations import AddCheckOnline


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0005_report_draft_index"),
    ]

    operations = [
        AddCheckOnline(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finalized_at", None), ("status", "draft")),
                    models.Q(("finalized_at__isnull", False), ("status", "finalized")),
                    _connector="OR",
                ),
                name="report_signed_has_date",
            ),
        ),
        AddCheckOnline(
            model_name="riskflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clinician_decision", "dismissed"), _negated=True),
                    models.Q(("rationale", ""), _negated=True),
                    _connector="OR",
                ),
                name="risk_flag_dismissed_has_reason",
            ),
        ),
    ]
