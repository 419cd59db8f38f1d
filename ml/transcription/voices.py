"""Speaker turns of a recording: its channels where each holds one voice, its voices otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from ml.audio.channels import FRAME_MS, ChannelLevels, channel_levels, channels_are_speakers, dominant_channel
from ml.audio.decode import DecodedAudio
from ml.audio.vad import SpeechSpan
from ml.diarize.base import Diarizer, SpeakerTurn, in_order_of_appearance
from ml.progress import Progress
from ml.spans import traced

_STEP_MS = 4 * FRAME_MS


@traced("diarize")
def speaker_turns(
    audio: DecodedAudio,
    speech: Sequence[SpeechSpan],
    diarizer: Diarizer,
    speakers_expected: int | None,
    progress: Progress,
) -> list[SpeakerTurn]:
    """Turns in order of time. Channels are used for up to two expected speakers."""
    if audio.channels == 2 and speakers_expected in {None, 2}:
        levels = channel_levels(audio)
        if channels_are_speakers(levels):
            progress(1.0)
            return _turns_of_channels(speech, levels)
    return diarizer.diarize(audio, speech, speakers_expected, progress)


def _turns_of_channels(speech: Sequence[SpeechSpan], levels: ChannelLevels) -> list[SpeakerTurn]:
    turns: list[SpeakerTurn] = []
    for span in speech:
        for start in range(span.start_ms, span.end_ms, _STEP_MS):
            end = min(start + _STEP_MS, span.end_ms)
            name = f"C{dominant_channel(levels, start, end)}"
            last = turns[-1] if turns else None
            if last is not None and last.speaker == name and last.end_ms == start:
                turns[-1] = SpeakerTurn(last.start_ms, end, name)
            else:
                turns.append(SpeakerTurn(start, end, name))
    return in_order_of_appearance(turns)
