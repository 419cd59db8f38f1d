"""A stretch of bad network in front of a server: refuses, stays silent, is slow, or answers 500."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from urllib.parse import urlsplit

PIECE_BYTES = 64 * 1024
SLOW_SECONDS = 0.3
ERROR_500 = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Weather(Enum):
    """What happens to connections."""

    FAIR = "fair"
    REFUSED = "refused"
    SILENT = "silent"
    SLOW = "slow"
    ERROR_500 = "error 500"


class FaultyProxy:
    """Passes TCP connections on to a server of 127.0.0.1; a change of weather breaks those that stand."""

    def __init__(self, listen: int, target: int) -> None:
        self._listen, self._target = listen, target
        self._weather = Weather.FAIR
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="faulty-proxy", daemon=True)

    @contextmanager
    def running(self) -> Iterator[FaultyProxy]:
        """Listen until the end of the block."""
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", self._listen)
        server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(10)
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._close(server), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()

    @contextmanager
    def weather(self, weather: Weather) -> Iterator[None]:
        """Bad weather until the end of the block."""
        self._change(weather)
        try:
            yield
        finally:
            self._change(Weather.FAIR)

    def _change(self, weather: Weather) -> None:
        self._weather = weather
        asyncio.run_coroutine_threadsafe(self._break_all(), self._loop).result(10)

    async def _break_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _close(self, server: asyncio.Server) -> None:
        server.close()
        await self._break_all()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                match self._weather:
                    case Weather.REFUSED:
                        pass
                    case Weather.SILENT:
                        while await reader.read(PIECE_BYTES):
                            pass
                    case Weather.ERROR_500:
                        await _answer_500(reader, writer)
                    case Weather.FAIR | Weather.SLOW:
                        await self._pass_on(reader, writer)
        finally:
            self._open.discard(writer)
            writer.transport.abort() if self._weather is Weather.REFUSED else writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._open.add(back)
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._open.discard(back)
            back.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(PIECE_BYTES):
                if self._weather is Weather.SLOW:
                    await asyncio.sleep(SLOW_SECONDS)
                sink.write(piece)
                await sink.drain()
        finally:
            with contextlib.suppress(OSError):
                sink.write_eof()


async def _answer_500(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    if length and b"100-continue" not in head:
        await reader.readexactly(int(length[1]))
    writer.write(ERROR_500)
    await writer.drain()


def port_of(url: str) -> int:
    """The port that an address names."""
    port = urlsplit(url).port
    if port is None:
        raise ValueError("the address names no port")
    return port
