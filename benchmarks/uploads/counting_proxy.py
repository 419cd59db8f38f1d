"""A TCP proxy that counts bytes: what passes a process is measured beside it and not by it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

CHUNK_BYTES = 256 * 1024


@dataclass
class CountingProxy:
    """A port of 127.0.0.1, and how many bytes have passed it in both directions."""

    port: int = 0
    passed: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await source.read(CHUNK_BYTES):
                self.passed += len(chunk)
                sink.write(chunk)
                await sink.drain()
        with suppress(ConnectionError, RuntimeError):
            sink.close()


@contextmanager
def counting_proxy(target_port: int) -> Iterator[CountingProxy]:
    """Pass connections on to 127.0.0.1:`target_port`, from a thread of its own."""
    proxy = CountingProxy()
    ready = threading.Event()
    stop: list[Callable[[], object]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection("127.0.0.1", target_port)
        except OSError:
            writer.close()
            return
        # At the end connections that are kept alive are cancelled, which is no news.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(proxy._pump(reader, there[1]), proxy._pump(there[0], writer))

    async def serve() -> None:
        over = asyncio.Event()
        stop.append(partial(asyncio.get_running_loop().call_soon_threadsafe, over.set))
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        ready.set()
        await over.wait()

    thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
    thread.start()
    ready.wait()
    try:
        yield proxy
    finally:
        stop[0]()
        thread.join()
