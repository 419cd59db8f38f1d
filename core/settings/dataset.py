"""The workbench: where its data lies and the keys of the services that make it."""

from core.settings.environment import VAR_DIR, env

DATA_BUCKET_NAME = env.str("DATA_BUCKET_NAME", default="")
DATASET_ROOT = env.str(
    "DATASET_ROOT", default=f"gs://{DATA_BUCKET_NAME}" if DATA_BUCKET_NAME else str(VAR_DIR / "dataset")
)
"""A folder, or gs://bucket/prefix with a working copy under VAR_DIR."""
DATASET_WATCH_URL = env.str("DATASET_WATCH_URL", default="https://www.youtube.com/watch?v={video}")

YOUTUBE_API_KEY = env.str("YOUTUBE_API_KEY", default="")
YOUTUBE_ENDPOINT = env.str("YOUTUBE_ENDPOINT", default="")
YOUTUBE_DAILY_UNITS = env.int("YOUTUBE_DAILY_UNITS", default=10_000)
ASSEMBLYAI_API_KEY = env.str("ASSEMBLYAI_API_KEY", default="")
ASSEMBLYAI_BASE_URL = env.str("ASSEMBLYAI_BASE_URL", default="https://api.assemblyai.com")
ASSEMBLYAI_MODEL = env.str("ASSEMBLYAI_MODEL", default="universal")

DATA_REPO_NAME = env.str("DATA_REPO_NAME", default="")
"""owner/name of the data set on a hub, for dataset_publish."""
MODEL_REPO_NAME = env.str("MODEL_REPO_NAME", default="")
"""owner/name of the adapter on a hub, for finetune_publish."""
HF_TOKEN = env.str("HF_TOKEN", default="")
HF_ENDPOINT = env.str("HF_ENDPOINT", default="")
