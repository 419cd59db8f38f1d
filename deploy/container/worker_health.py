"""The worker container's health check: ends with an error unless this worker answers a ping.

Asked through the broker, without the Django settings: a ping each minute must not load the whole
product each time.
"""

import os
import socket
import sys

from celery import Celery

app = Celery(broker=os.environ["REDIS_URL"], set_as_current=False)
name = f"worker@{socket.gethostname()}"
sys.exit(name not in (app.control.inspect([name], timeout=10).ping() or {}))
