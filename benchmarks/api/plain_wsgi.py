"""The peer as gunicorn serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.api.plain_settings"
os.environ.setdefault("PROCESS_NAME", "web")

application = get_wsgi_application()
