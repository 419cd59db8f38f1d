"""The packaged GGUF model: llama.cpp's server inside this process, reached over loopback.

The server is started by the first call, bound to 127.0.0.1 on a free port with a key of its
own, reused by all later calls, and stopped at exit or by `close`.
"""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ml.errors import BackendNotInstalled, ErrorCode, PermanentError, TransientError
from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions, SchemaT
from ml.llm.openai_compatible import OpenAICompatible
from ml.schemas.chat import ChatMessage, ChatResponse
from ml.weights.store import WeightStore

logger = logging.getLogger(__name__)


class PackagedGGUF:
    """A GGUF model from the weight store.

    Args:
        models_dir: root of the weight store.
        model: the model's name in the store; its folder holds one ``.gguf`` file.
        context: tokens of prompt and answer together.
        threads: CPU threads; None takes the machine's cores, at most 8.
        timeout_s: seconds for one call.
        start_timeout_s: seconds the server may take to load the model.

    Raises:
        BackendNotInstalled: the weights or the runtime are not on this machine.
    """

    def __init__(
        self,
        *,
        models_dir: Path | str,
        model: str = "qwen2.5-1.5b",
        context: int = 4096,
        threads: int | None = None,
        timeout_s: float = 120.0,
        start_timeout_s: float = 180.0,
    ) -> None:
        folder = WeightStore(Path(models_dir)).path(model)
        files = sorted(folder.glob("*.gguf"))
        if not files:
            raise BackendNotInstalled(f"The model folder {model!r} holds no GGUF file.")
        self.name = model
        self.capabilities = Capabilities(enforces_schema=True)
        self._file = files[0]
        self._context = context
        self._threads = threads or min(8, os.cpu_count() or 2)
        self._timeout_s = timeout_s
        self._start_timeout_s = start_timeout_s
        self._lock = threading.Lock()
        self._server: Any = None
        self._client: OpenAICompatible | None = None

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
    ) -> ChatResponse:
        """The model's answer as text; the first call starts the server."""
        return self._ready().complete(messages, options, schema)

    def structured(
        self,
        messages: Sequence[ChatMessage],
        schema: type[SchemaT],
        options: GenerationOptions = DEFAULT_OPTIONS,
    ) -> SchemaT:
        """The model's answer as a record; decoding is bound to the schema."""
        return self._ready().structured(messages, schema, options)

    def close(self) -> None:
        """Stop the server and free the model's memory."""
        with self._lock:
            client, self._client = self._client, None
            server, self._server = self._server, None
        if client is not None:
            client.close()
            atexit.unregister(self.close)
        # The runtime stops its threads when the object goes.
        del server

    def _ready(self) -> OpenAICompatible:
        with self._lock:
            if self._client is None:
                self._client = self._start()
                atexit.register(self.close)
            return self._client

    def _start(self) -> OpenAICompatible:
        # Idle threads that spin starve everything else on a small machine: measured 2.3 against
        # 24 tokens/s. OpenMP reads this when the library is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        os.environ.setdefault("GOMP_SPINCOUNT", "0")
        try:
            import xllamacpp
        except ImportError:
            raise BackendNotInstalled("The packaged language model needs the library xllamacpp.") from None
        began = time.monotonic()
        key = secrets.token_urlsafe(24)
        params = xllamacpp.CommonParams()
        params.model.path = str(self._file)
        params.hostnames = ["127.0.0.1"]
        params.port = _free_port()
        params.api_keys = [key]
        params.n_ctx = self._context
        params.n_parallel = 1
        params.n_gpu_layers = 0
        params.cpuparams.n_threads = self._threads
        params.cpuparams_batch.n_threads = self._threads
        params.ui = False
        params.endpoint_slots = False
        # Prompts are patients' words: nothing of them may reach a log.
        params.verbosity = -1
        try:
            self._server = xllamacpp.Server(params)
        except Exception:  # the runtime raises bare RuntimeError for an unreadable file
            raise PermanentError(
                ErrorCode.MODEL_NOT_AVAILABLE, f"The model file of {self.name!r} cannot be loaded."
            ) from None
        address = str(self._server.listening_address).rstrip("/")
        self._wait_for_health(address)
        logger.info("Language model %s ready in %.1f s", self.name, time.monotonic() - began)
        return OpenAICompatible(
            base_url=f"{address}/v1", model=self.name, api_key=key, timeout_s=self._timeout_s
        )

    def _wait_for_health(self, address: str) -> None:
        deadline = time.monotonic() + self._start_timeout_s
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310 - loopback
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)
        self._server = None
        raise TransientError(ErrorCode.MODEL_TIMEOUT, "The packaged language model did not start in time.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
