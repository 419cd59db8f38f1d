# The platform's images. Targets: web (also `migrate` and beat), worker, gpu-worker, gpu-worker-torch,
# frontend, and backend: web with the tests' packages, which docker-compose.yml builds by default.
#
# Base images come in as arguments, so that an installation pins them to a digest it has looked at:
#   docker build --build-arg PYTHON_IMAGE=python:3.11.14-slim-bookworm@sha256:... --target web .
ARG PYTHON_IMAGE=docker.io/library/python:3.11.14-slim-bookworm
ARG NODE_IMAGE=docker.io/library/node:22.23.3-bookworm-slim
ARG NGINX_IMAGE=docker.io/nginxinc/nginx-unprivileged:1.28.0-alpine


# --- the web UI's files --------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS ui
WORKDIR /ui
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY frontend/ ./
RUN npm run build


# --- locked packages, each set of them a layer of its own ------------------------------------------
FROM ${PYTHON_IMAGE} AS packages
ARG UV_VERSION=0.13.9
ENV UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_NO_CACHE=1 \
    VIRTUAL_ENV=/opt/venv
RUN python3 -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir "uv==${UV_VERSION}" \
    && python3 -m venv /opt/venv
COPY requirements/base.txt /requirements/
RUN /opt/uv/bin/uv pip install --require-hashes --no-deps -r /requirements/base.txt

FROM packages AS test-packages
COPY requirements/cluster.txt requirements/dev.txt /requirements/
RUN /opt/uv/bin/uv pip install --require-hashes --no-deps \
    -r /requirements/cluster.txt -r /requirements/dev.txt

FROM packages AS gpu-packages
COPY requirements/gpu.txt /requirements/
RUN /opt/uv/bin/uv pip install --require-hashes --no-deps --target /opt/cuda -r /requirements/gpu.txt

FROM packages AS torch-packages
COPY requirements/gpu-torch.txt /requirements/
RUN /opt/uv/bin/uv pip install --require-hashes --no-deps -r /requirements/gpu-torch.txt


# --- the program -----------------------------------------------------------------------------------
FROM ${PYTHON_IMAGE} AS program
# The language model's runtime is linked against OpenMP; every other library brings its own.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 platform \
    && useradd --uid 10001 --gid platform --no-create-home --home-dir /data --shell /usr/sbin/nologin platform \
    && install -d -o platform -g platform -m 0700 /data \
    && install -d -o platform -g platform -m 0755 /models /adapters
# Everything the platform writes is in /data, /models and /adapters, so the rest may be mounted read-only.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    VAR_DIR=/data \
    MODELS_DIR=/models \
    ADAPTERS_DIR=/adapters \
    STATIC_ROOT=/app/static \
    WEB_UI_DIR=/app/frontend/dist \
    WEB_UI_BUILD=0 \
    # The engines' threads sleep between pieces of work instead of spinning.
    OMP_WAIT_POLICY=PASSIVE \
    KMP_BLOCKTIME=0 \
    GOMP_SPINCOUNT=0
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# What a first start would make in VAR_DIR (a secret key above all) is made in a folder that goes.
RUN VAR_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build \
    && chmod -R a+rX static


# --- what runs -------------------------------------------------------------------------------------
FROM program AS web
COPY --from=ui /ui/dist frontend/dist
USER 10001:10001
EXPOSE 8000
# gunicorn reads its number of processes from WEB_CONCURRENCY.
ENV WEB_CONCURRENCY=2
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "deploy/container/web_health.py"]
CMD ["gunicorn", "core.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--threads", "8", "--preload", \
     "--timeout", "120", "--graceful-timeout", "30", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "warning"]

FROM web AS backend
COPY --from=test-packages /opt/venv /opt/venv
# The program's folder is not the tests' to write in.
ENV PYTEST_ADDOPTS="-p no:cacheprovider"

FROM program AS worker
USER 10001:10001
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 \
    CMD ["sh", "-c", "python core/observability/check_worker.py \"worker@$HOSTNAME\""]
# All queues of the product, one task at a time; docker-compose.yml gives each queue its own worker.
ENTRYPOINT ["celery", "-q", "-A", "core", "worker", "-n", "worker@%h", \
            "--without-gossip", "--without-mingle", "--without-heartbeat"]
CMD ["-Q", "transcription,reports,default", "-c", "1", "--loglevel", "WARNING"]

# NVIDIA's container toolkit mounts the driver; the CUDA library beside it comes from its package.
FROM worker AS gpu-worker
COPY --from=gpu-packages /opt/cuda /opt/cuda
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LD_LIBRARY_PATH=/opt/cuda/nvidia/cublas/lib \
    ENGINE_DEVICE=cuda \
    # The model is in the GPU's memory before the first recording comes.
    WORKER_WARM=1
CMD ["-Q", "transcription", "-c", "1", "--loglevel", "WARNING"]

FROM gpu-worker AS gpu-worker-torch
COPY --from=torch-packages /opt/venv /opt/venv


# --- the web UI in front of it -----------------------------------------------------------------------
FROM ${NGINX_IMAGE} AS frontend
COPY deploy/container/nginx.conf.template /etc/nginx/templates/default.conf.template
COPY --from=ui /ui/dist /usr/share/nginx/html/app
ENV API_UPSTREAM=backend:8000 \
    STORAGE_ORIGIN="" \
    NGINX_ENTRYPOINT_LOCAL_RESOLVERS=1 \
    NGINX_ENVSUBST_FILTER="^(API_UPSTREAM|STORAGE_ORIGIN|NGINX_LOCAL_RESOLVERS)$"
EXPOSE 5173
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:5173/healthz"]
