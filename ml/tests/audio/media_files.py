"""Small media files made on the spot: every container a session may arrive in."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

# suffix: (container for the muxer, codec, sample rate, sample format)
KINDS: dict[str, tuple[str, str, int, str]] = {
    "m4a": ("ipod", "aac", 44100, "fltp"),
    "mp4": ("mp4", "aac", 48000, "fltp"),
    "mp3": ("mp3", "libmp3lame", 44100, "fltp"),
    "ogg": ("ogg", "libvorbis", 44100, "fltp"),
    "opus": ("ogg", "libopus", 48000, "s16"),
    "webm": ("webm", "libopus", 48000, "s16"),
    "flac": ("flac", "flac", 44100, "s16"),
    "wav": ("wav", "pcm_s16le", 22050, "s16"),
    "aac": ("adts", "aac", 44100, "fltp"),
    "amr": ("amr", "libopencore_amrnb", 8000, "s16"),
    "3gp": ("3gp", "libopencore_amrnb", 8000, "s16"),
    "wma": ("asf", "wmav2", 44100, "fltp"),
}


def tone(seconds: float, rate: int, hertz: float = 440.0) -> npt.NDArray[np.float32]:
    """A sine at a third of full scale."""
    return (np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate) / 3).astype(np.float32)


def write_media(path: Path, kind: str, seconds: float = 2.0, channels: int = 1) -> Path:
    """A tone in the named container, written to `path`."""
    container_name, codec, rate, sample_format = KINDS[kind]
    if codec not in av.codecs_available:
        codec = {"libvorbis": "libopus"}[codec]
        rate, sample_format = 48000, "s16"
    layout = "stereo" if channels == 2 else "mono"
    options = {"live": "1"} if kind == "webm" else {}
    with av.open(str(path), "w", format=container_name, options=options) as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        if kind == "wma":
            stream.bit_rate = 64_000  # its encoder has no default
        samples = tone(seconds, rate)
        step = 960
        fifo = av.AudioFifo()
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=rate)
        for start in range(0, len(samples), step):
            block = np.repeat(samples[None, start : start + step], channels, axis=0)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=layout)
            frame.sample_rate = rate
            frame.pts = start
            frame.time_base = Fraction(1, rate)
            for ready in resampler.resample(frame):
                fifo.write(ready)
        size = stream.codec_context.frame_size or step
        while (block_out := fifo.read(size)) is not None or (block_out := fifo.read(0, partial=True)):
            container.mux(stream.encode(block_out))
            if fifo.samples == 0:
                break
        container.mux(stream.encode(None))
    return path


def write_wav(path: Path, samples: npt.NDArray[np.float32], rate: int = 16000) -> Path:
    """Samples x channels (or mono) in -1..1 as 16-bit PCM."""
    data = samples if samples.ndim == 2 else samples[:, None]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(data.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(data, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def write_silent_video(path: Path) -> Path:
    """A second of grey pictures without a sound track."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 128, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
