"""Where recordings lie, and what may be uploaded."""

import os
from typing import Any

from core.settings.environment import BASE_DIR, VAR_DIR, env

# Database, recordings, logs: what this product writes is for its own user alone.
os.umask(0o077)

MEDIA_ROOT = VAR_DIR / "media"

AWS_STORAGE_BUCKET_NAME = env.str("AWS_STORAGE_BUCKET_NAME", default="")
AWS_S3_PUBLIC_ENDPOINT_URL = env.str("AWS_S3_PUBLIC_ENDPOINT_URL", default="")
"""Where browsers reach the bucket, if not at the servers' own address of it."""

_LOCAL = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {
        "location": str(MEDIA_ROOT),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}


def bucket_storage(name: str) -> dict[str, Any]:
    """django-storages' options for a bucket; its libraries are loaded only where there is one."""
    from botocore.config import Config

    endpoint = env.str("AWS_S3_ENDPOINT_URL", default=None)
    # A server of one's own has rarely a name for each bucket.
    style = env.str("AWS_S3_ADDRESSING_STYLE", default="path" if endpoint else "virtual")
    encryption = {
        # Empty leaves it to the bucket: a server without a key answers 500 when it is asked for.
        "ServerSideEncryption": env.str("AWS_S3_SERVER_SIDE_ENCRYPTION", default=""),
        "SSEKMSKeyId": env.str("AWS_S3_KMS_KEY_ID", default=""),
    }
    client = Config(
        signature_version="s3v4",
        s3={"addressing_style": style},
        connect_timeout=env.float("AWS_S3_CONNECT_TIMEOUT_SECONDS", default=5.0),
        read_timeout=env.float("AWS_S3_READ_TIMEOUT_SECONDS", default=30.0),
        retries={"mode": "standard", "total_max_attempts": env.int("AWS_S3_MAX_ATTEMPTS", default=3)},
        max_pool_connections=20,
        # Ours are SHA-256 and always named; by itself it adds CRC32, which older servers refuse.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    options = {
        "bucket_name": name,
        "endpoint_url": endpoint,
        "region_name": env.str("AWS_S3_REGION_NAME", default=None),
        "default_acl": None,
        "object_parameters": {option: value for option, value in encryption.items() if value},
        "client_config": client,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": _LOCAL,
    "recordings": bucket_storage(AWS_STORAGE_BUCKET_NAME) if AWS_STORAGE_BUCKET_NAME else _LOCAL,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WEB_UI_DIR = env.str("WEB_UI_DIR", default=str(BASE_DIR / "frontend" / "dist"))
"""The built web UI, served under /app/."""
WEB_UI_BUILD = env.bool("WEB_UI_BUILD", default=True)
"""Whether `make run` builds it with Node where it is missing or older than its sources."""

UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=2 * 1024**3)
UPLOAD_PART_BYTES = 8 * 1024**2
UPLOAD_EXPIRES_HOURS = env.int("UPLOAD_EXPIRES_HOURS", default=48)
UPLOAD_ADDRESS_SECONDS = env.int("UPLOAD_ADDRESS_SECONDS", default=900)
"""How long a part may begin to be sent to the address in the bucket that was given for it."""
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "tmp")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
