"""The web container's health check: ends with an error unless GET /health answers 200.

The address is answered without TLS too (SECURE_REDIRECT_EXEMPT).
"""

import urllib.request

urllib.request.urlopen("http://127.0.0.1:8000/health", timeout=4).close()
