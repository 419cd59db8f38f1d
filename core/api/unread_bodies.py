"""What is left of a request's body after its answer.

An upload that is refused early, or answered from a stored answer, leaves its body in the
connection. The server closes a connection with much left in it, although the answer said
keep-alive, and the client's next call fails with "connection reset" instead of an answer.
"""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

CHUNK_BYTES = 64 * 1024
LIMIT_BYTES = 16 * 1024 * 1024
LIMIT_SECONDS = 5.0


class DrainedBodyView(APIView):
    """A view that takes large bodies: reads the rest of a short one once the answer is sent.

    Of a body that is long or slow no more than LIMIT_BYTES or LIMIT_SECONDS are waited for: then
    the closed connection is the lesser evil.
    """

    def finalize_response(
        self, request: Request, response: Response | HttpResponseBase, *args: Any, **kwargs: Any
    ) -> Response:
        """The answer, which reads on when it is closed."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        sent = request._request
        # The same list in which Django keeps what a response closes; closing comes after sending.
        answer._resource_closers.append(lambda: drain(sent))  # type: ignore[attr-defined]
        return answer


def drain(request: HttpRequest) -> None:
    """Read and forget what is left of the body, within the limits."""
    # A body that came in chunks has no length, and Django takes it for empty.
    ends_itself = request.META.get("wsgi.input_terminated", False)
    body = request.META["wsgi.input"] if ends_itself else request
    until = time.monotonic() + LIMIT_SECONDS
    left = LIMIT_BYTES
    try:
        while left > 0 and time.monotonic() < until and (data := body.read(CHUNK_BYTES)):
            left -= len(data)
    except OSError:
        # The client is gone, so nobody waits for the connection.
        return
