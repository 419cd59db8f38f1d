from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

from core.migration_operations import AddUniqueOnline


def end_left_runs(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Runs that still say so although their session's lease is another's, or nobody's, were lost."""
    runs = apps.get_model("sessions_app", "StageRun").objects.filter(outcome="running")
    left = runs.exclude(session__lease_token=F("lease_token"))
    left.update(outcome="lost")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("sessions_app", "0008_session_ends_after_start_valid"),
    ]

    operations = [
        # Here and not in a migration of its own: what is left between the two would stop the index for good.
        migrations.RunPython(end_left_runs, migrations.RunPython.noop, elidable=True),
        AddUniqueOnline(
            model_name="stagerun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "running")),
                fields=("session", "stage"),
                name="stage_run_one_running",
            ),
        ),
    ]
