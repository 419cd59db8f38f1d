"""Errors of the disk or the bucket, as one code that the client can retry."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import UnreadablePostError

from core.errors import ApplicationError
from core.storage.bucket import BucketError

logger = logging.getLogger(__name__)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn a full disk or an unreachable bucket into `storage_unavailable` (503).

    A client that went away while sending is no failure of the storage and passes through.
    """
    try:
        yield
    except UnreadablePostError:
        raise
    except FileNotFoundError:
        logger.error("storage: a file that should be there is missing")
        raise ApplicationError("storage_unavailable") from None
    except BucketError as error:
        logger.error("storage: bucket: %s", error.code)
        raise ApplicationError("storage_unavailable") from None
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, str(error.errno))
        logger.error("storage: %s %s", type(error).__name__, code)
        raise ApplicationError("storage_unavailable") from None
    except Exception as error:
        if not is_storage_error(error):
            raise
        logger.error("storage: %s", type(error).__name__)
        raise ApplicationError("storage_unavailable") from None


def is_storage_error(error: BaseException) -> bool:
    """Whether this is an error of the disk or the bucket."""
    # boto3's errors share no base with OSError, and importing it for local files costs 0.3 s.
    return isinstance(error, OSError) or type(error).__module__.startswith(
        ("botocore", "boto3", "s3transfer")
    )
