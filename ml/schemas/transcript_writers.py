"""A transcript as txt, srt, vtt or json."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ml.schemas.transcript import Segment, SpeakerRole, Transcript

_ROLE_LABELS = {SpeakerRole.THERAPIST: "Therapist", SpeakerRole.CLIENT: "Client"}
# Subtitles stay readable: long passages are cut at words.
_CUE_MS = 7_000
_CUE_CHARACTERS = 84


def write_transcript(transcript: Transcript, format: str) -> str:
    """The transcript in one of `FORMATS`.

    Raises:
        KeyError: the format is unknown.
    """
    return FORMATS[format](transcript)


def has_times(transcript: Transcript) -> bool:
    """Whether any passage has a length; a typed transcript may have none, and then no subtitles."""
    return any(segment.end_ms > segment.start_ms for segment in transcript.segments)


def speaker_label(transcript: Transcript, segment: Segment) -> str:
    """The speaker's name, else their role, else "S1"; a number tells two of one role apart."""
    speaker = transcript.speakers.get(segment.speaker)
    if speaker is not None and speaker.name:
        return speaker.name
    role = speaker.role if speaker is not None else segment.role
    label = _ROLE_LABELS.get(role)
    if label is None:
        return segment.speaker
    alike = [name for name, other in transcript.speakers.items() if other.role == role and not other.name]
    return label if len(alike) < 2 else f"{label} {segment.speaker}"


def write_txt(transcript: Transcript) -> str:
    """One line for each segment: [time] speaker: text; gaps stand where they are. No times, no [time]."""
    if not has_times(transcript):
        return "".join(f"{speaker_label(transcript, s)}: {_line(s.text)}\n" for s in transcript.segments)
    lines = [
        (
            segment.start_ms,
            f"[{_clock(segment.start_ms)}] {speaker_label(transcript, segment)}: {_line(segment.text)}",
        )
        for segment in transcript.segments
    ]
    lines += [
        (gap.start_ms, f"[{_clock(gap.start_ms)}] [not transcribed until {_clock(gap.end_ms)}]")
        for gap in transcript.coverage.gaps
    ]
    return "".join(f"{line}\n" for _, line in sorted(lines, key=lambda item: item[0]))


def write_srt(transcript: Transcript) -> str:
    """SubRip with the speaker before the text."""
    cues = [
        f"{number}\n{_stamp(start, ',')} --> {_stamp(end, ',')}\n{label}: {text}\n"
        for number, (start, end, label, text) in enumerate(_cues(transcript), 1)
    ]
    return "\n".join(cues)


def write_vtt(transcript: Transcript) -> str:
    """WebVTT with voice tags."""
    cues = [
        f"{_stamp(start, '.')} --> {_stamp(end, '.')}\n<v {_escaped(label)}>{_escaped(text)}\n"
        for start, end, label, text in _cues(transcript)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def write_json(transcript: Transcript) -> str:
    """The record itself, the body of GET transcript."""
    return transcript.model_dump_json(indent=2) + "\n"


FORMATS: dict[str, Callable[[Transcript], str]] = {
    "txt": write_txt,
    "srt": write_srt,
    "vtt": write_vtt,
    "json": write_json,
}


def _cues(transcript: Transcript) -> Iterator[tuple[int, int, str, str]]:
    for segment in transcript.segments:
        label = speaker_label(transcript, segment)
        for start, end, text in _pieces(segment):
            yield start, max(end, start + 1), label, text


def _pieces(segment: Segment) -> Iterator[tuple[int, int, str]]:
    # A corrected text no longer follows its words' times, so it stays whole.
    spoken = " ".join(word.text.strip() for word in segment.words)
    if spoken != _line(segment.text):
        yield segment.start_ms, segment.end_ms, _line(segment.text)
        return
    piece: list[str] = []
    start = end = segment.start_ms
    for word in segment.words:
        full = len(" ".join(piece)) + len(word.text) >= _CUE_CHARACTERS or word.end_ms - start > _CUE_MS
        if piece and full:
            yield start, end, " ".join(piece)
            piece = []
        if not piece:
            start = word.start_ms
        piece.append(word.text.strip())
        end = word.end_ms
    if piece:
        yield start, end, " ".join(piece)


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _stamp(milliseconds: int, mark: str) -> str:
    return f"{_clock(milliseconds)}{mark}{milliseconds % 1000:03d}"
