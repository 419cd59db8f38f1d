"""Real media files, made with PyAV in memory."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream


def sound(seconds: float = 1.0, container: str = "wav", codec: str = "pcm_s16le") -> bytes:
    """A tone in the given container."""
    buffer = io.BytesIO()
    rate = 16000
    with av.open(buffer, "w", format=container) as output:
        stream = cast("AudioStream", output.add_stream(codec, rate=rate))
        stream.layout = "mono"
        times = np.arange(int(seconds * rate)) / rate
        samples = (np.sin(2 * np.pi * 220 * times) * 8000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = 0
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def m4a(seconds: float = 1.0) -> bytes:
    """An AAC recording whose index stands at the end, as phones write it."""
    return sound(seconds, "mp4", "aac")


def silent_film() -> bytes:
    """A video without a sound track."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return buffer.getvalue()
