"""GET /schema and GET /docs; the documentation page has a Content-Security-Policy of its own."""

from __future__ import annotations

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

DOCS_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    # The page and Swagger UI style their elements in place; no script is allowed in place.
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
}


class SchemaView(SpectacularAPIView):
    """The OpenAPI document of this API."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()


@method_decorator(csp_replace(DOCS_POLICY), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, its script served by this host at the same address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    renderer_classes = SpectacularSwaggerSplitView.renderer_classes
