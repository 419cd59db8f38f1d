"""The right to complete an upload: one request has it, and loses it soon after its process died."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from core.errors import ApplicationError
from core.leases import ASK_AGAIN_SECONDS, Heartbeat, request_lease_end, request_lease_kept
from sessions_app.models import Upload, UploadState


class UploadLease:
    """An upload that this request completes; every write asks whether it still may."""

    def __init__(self, upload_id: uuid.UUID) -> None:
        self.upload_id = upload_id
        self._token = uuid.uuid4()

    def take(self) -> bool:
        """Whether the upload is ours to complete; False when it is complete already.

        Raises:
            ApplicationError: `not_found`; `session_busy` while another request completes it.
        """
        free = Upload.objects.filter(~being_completed(), pk=self.upload_id)
        taken = free.exclude(state=UploadState.COMPLETED).update(
            state=UploadState.COMPLETING,
            lease_token=self._token,
            lease_expires_at=request_lease_end(),
            updated_at=Now(),
        )
        if taken:
            return True
        row = Upload.objects.filter(pk=self.upload_id).first()
        if row is None:
            raise ApplicationError("not_found")
        if row.state == UploadState.COMPLETED:
            return False
        raise upload_busy()

    def kept(self) -> Heartbeat:
        """`with lease.kept():` nobody else takes it while the block runs."""
        return request_lease_kept(self._held(), "lease_expires_at")

    def end(self, state: UploadState, **fields: Any) -> bool:
        """Leave the upload in this state; False when it was lost, and nothing was written."""
        ended = self._held().update(
            state=state, lease_token=None, lease_expires_at=None, updated_at=Now(), **fields
        )
        return ended == 1

    def _held(self) -> QuerySet[Upload]:
        return Upload.objects.filter(pk=self.upload_id, state=UploadState.COMPLETING, lease_token=self._token)


def being_completed() -> Q:
    """Uploads that a living request completes."""
    return Q(state=UploadState.COMPLETING, lease_expires_at__gt=Now())


def upload_busy() -> ApplicationError:
    """The refusal of who comes while another request completes the upload."""
    return ApplicationError(
        "session_busy", "This upload is being completed.", extra={"retry_after": ASK_AGAIN_SECONDS}
    )
