"""The built web UI under /app/, served by the same process as the API it calls.

`index.html` answers every address that is no file, because the pages are routes of the browser's
own. The build left a word in it, in the meta tag `csp-nonce`, that a fresh nonce is put in the place
of: the UI's library gives it to the style elements it makes. Scripts come from files alone.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from core.api.exception_handler import not_found
from core.storage.bucket import browser_origin

POLICY = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF, NONCE],
    "img-src": [SELF, "blob:", "data:"],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "object-src": [NONE],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
}
HASHED = "assets/"
"""Where the build puts files whose names change with their content."""
FOR_A_YEAR = "public, max-age=31536000, immutable"
NONCE_PLACE = "__CSP_NONCE__"
COMPRESSIBLE = frozenset({".css", ".js", ".json", ".map", ".svg", ".txt"})
NOT_BUILT = """\
The web UI is not built on this machine; the API is up (its documentation: /docs).

To get the UI:
  - with Node 20 or later:  cd frontend && npm ci && npm run build
  - without Node:           take a release, which carries the built files in frontend/dist

Then load this page again.
"""


def root(request: HttpRequest) -> HttpResponse:
    """A browser is led to the UI; for everybody else there is nothing at `/`."""
    browser = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
    answer = HttpResponseRedirect("/app/") if browser else not_found(request)
    patch_vary_headers(answer, ["Accept"])
    return answer


@require_safe
@csp_replace(POLICY)
def web_ui(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """A file of the build, or the page."""
    folder = Path(settings.WEB_UI_DIR).resolve()
    index = folder / "index.html"
    if not index.is_file():
        return HttpResponse(NOT_BUILT, status=404, content_type="text/plain; charset=utf-8")
    file = (folder / path).resolve()
    if _is_public(file, folder) and file != index:
        return _file(request, file, hashed=path.startswith(HASHED))
    if path.startswith(HASHED):
        # Of a build that is gone: a page in its place would be read as a broken script.
        return HttpResponse("Not found.\n", status=404, content_type="text/plain; charset=utf-8")
    return _page(request, index)


def _is_public(file: Path, folder: Path) -> bool:
    """Whether it is a file of the build; its own notes (`.vite/`) are not for visitors."""
    if not file.is_relative_to(folder) or not file.is_file():
        return False
    return not any(part.startswith(".") for part in file.relative_to(folder).parts)


def _file(request: HttpRequest, file: Path, *, hashed: bool) -> HttpResponseBase:
    answer = _compressed(request, file) if file.suffix in COMPRESSIBLE else _opened(request, file)
    answer["Cache-Control"] = FOR_A_YEAR if hashed else "no-cache"
    return answer


def _opened(request: HttpRequest, file: Path) -> FileResponse:
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(file.open("rb"), content_type=media_type)


_compressed = gzip_page(_opened)


def _page(request: HttpRequest, index: Path) -> HttpResponse:
    """The page with its nonce; kept in no cache, for a nonce is used once."""
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
    answer = HttpResponse(index.read_text(encoding="utf-8").replace(NONCE_PLACE, nonce))
    answer["Cache-Control"] = "no-store"
    if (storage := _storage_origin()) is not None:
        # Parts of recordings go there. What the decorator `csp_update` does, for what is known only now.
        answer._csp_update = {"connect-src": [storage]}  # type: ignore[attr-defined]
    return answer


def _storage_origin() -> str | None:
    try:
        return browser_origin()
    except OSError:
        # A bucket without credentials: the page still shows, and parts go through this server.
        return None
