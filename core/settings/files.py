"""Where recordings lie, and what may be uploaded."""

import os

from core.settings.environment import BASE_DIR, VAR_DIR, env

# Database, recordings, logs: what this product writes is for its own user alone.
os.umask(0o077)

MEDIA_ROOT = VAR_DIR / "media"

AWS_STORAGE_BUCKET_NAME = env.str("AWS_STORAGE_BUCKET_NAME", default="")
AWS_S3_REGION_NAME = env.str("AWS_S3_REGION_NAME", default=None)
AWS_S3_ENDPOINT_URL = env.str("AWS_S3_ENDPOINT_URL", default=None)

_LOCAL = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {
        "location": str(MEDIA_ROOT),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}
_S3 = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {"bucket_name": AWS_STORAGE_BUCKET_NAME, "file_overwrite": False, "default_acl": None},
}
STORAGES = {
    "default": _LOCAL,
    "recordings": _S3 if AWS_STORAGE_BUCKET_NAME else _LOCAL,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WEB_UI_DIR = env.str("WEB_UI_DIR", default=str(BASE_DIR / "frontend" / "dist"))
"""The built web UI, served under /app/."""
WEB_UI_BUILD = env.bool("WEB_UI_BUILD", default=True)
"""Whether `make run` builds it with Node where it is missing or older than its sources."""

UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=2 * 1024**3)
UPLOAD_PART_BYTES = 8 * 1024**2
UPLOAD_EXPIRES_HOURS = env.int("UPLOAD_EXPIRES_HOURS", default=48)
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "tmp")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
