"""Transcripts written as txt, srt, vtt and json, and read back from what people paste."""

from __future__ import annotations

import json

import pytest

from ml.errors import ErrorCode, PermanentError
from ml.schemas.subtitle_reading import read_any, read_srt, read_text, read_vtt
from ml.schemas.transcript import Coverage, Gap, Segment, Speaker, SpeakerRole, Transcript, Word
from ml.schemas.transcript_writers import FORMATS, write_transcript

T, C = SpeakerRole.THERAPIST, SpeakerRole.CLIENT


@pytest.fixture
def transcript() -> Transcript:
    words = [
        Word(start_ms=500 + n * 300, end_ms=780 + n * 300, text=t)
        for n, t in enumerate(["How", "are", "you?"])
    ]
    return Transcript(
        duration_ms=3_700_000,
        segments=[
            Segment(
                id="a",
                index=0,
                speaker="S1",
                role=T,
                start_ms=500,
                end_ms=1380,
                text="How are you?",
                words=words,
            ),
            Segment(
                id="b",
                index=1,
                speaker="S2",
                role=C,
                start_ms=3_661_234,
                end_ms=3_662_000,
                text="<Low> & tired.",
            ),
        ],
        speakers={"S1": Speaker(role=T), "S2": Speaker(role=C)},
        coverage=Coverage(gaps=[Gap(start_ms=2_000, end_ms=4_000)]),
    )


def test_txt_has_times_roles_and_gaps(transcript: Transcript) -> None:
    assert write_transcript(transcript, "txt").splitlines() == [
        "[00:00:00] Therapist: How are you?",
        "[00:00:02] [not transcribed until 00:00:04]",
        "[01:01:01] Client: <Low> & tired.",
    ]


def test_srt_and_vtt_have_their_stamps(transcript: Transcript) -> None:
    assert "1\n00:00:00,500 --> 00:00:01,380\nTherapist: How are you?" in write_transcript(transcript, "srt")
    vtt = write_transcript(transcript, "vtt")
    assert vtt.startswith("WEBVTT\n\n00:00:00.500 --> 00:00:01.380\n<v Therapist>How are you?")
    assert "01:01:01.234 --> 01:01:02.000\n<v Client>&lt;Low&gt; &amp; tired." in vtt


def test_a_name_stands_before_the_role(transcript: Transcript) -> None:
    named = transcript.model_copy(
        update={"speakers": {**transcript.speakers, "S2": Speaker(role=C, name="Daniel")}}
    )

    assert "Daniel: <Low>" in write_transcript(named, "txt")


def test_two_of_one_role_are_told_apart(transcript: Transcript) -> None:
    both = transcript.model_copy(update={"speakers": {"S1": Speaker(role=C), "S2": Speaker(role=C)}})

    assert "Client S1: How" in write_transcript(both, "txt")


def test_a_long_segment_becomes_several_cues(transcript: Transcript) -> None:
    words = [Word(start_ms=n * 300, end_ms=n * 300 + 280, text=f"word{n}") for n in range(60)]
    text = " ".join(word.text for word in words)
    long = Segment(id="a", index=0, start_ms=0, end_ms=18_000, text=text, words=words)

    srt = write_transcript(transcript.model_copy(update={"segments": [long]}), "srt")

    assert srt.count("-->") > 2
    assert all(f"word{n}" in srt for n in range(60))


def test_an_edited_segment_keeps_its_text(transcript: Transcript) -> None:
    edited = transcript.segments[0].model_copy(update={"text": "How are things?", "edited": True})

    assert "How are things?" in write_transcript(transcript.model_copy(update={"segments": [edited]}), "srt")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_form_reads_back(form: str, transcript: Transcript) -> None:
    back = read_any(write_transcript(transcript, form))

    assert [(s.role, s.text) for s in back.segments if "transcribed" not in s.text] == [
        (T, "How are you?"),
        (C, "<Low> & tired."),
    ]


def test_unknown_form_is_an_error(transcript: Transcript) -> None:
    with pytest.raises(KeyError):
        write_transcript(transcript, "docx")


def test_typed_dialogue_with_prefixes() -> None:
    found = read_text(
        "Therapist: How was it?\nClient: Hard.\nI cried: a lot.\n\nT: Tell me more.\nPatient: No.\n"
    )

    assert [(s.role, s.text) for s in found.segments] == [
        (T, "How was it?"),
        (C, "Hard. I cried: a lot."),
        (T, "Tell me more."),
        (C, "No."),
    ]
    assert found.engine == "typed"


def test_names_and_times_before_the_text() -> None:
    found = read_text(
        "[00:01:02] Daniel: I am tired.\n[00:01:09] Dr. Rahman: Since when?\n[00:01:12] Daniel: May.\n"
    )

    assert [segment.start_ms for segment in found.segments] == [62_000, 69_000, 72_000]
    assert found.segments[0].end_ms == 69_000
    assert found.speakers["S1"].name == "Daniel"
    assert found.speakers["S2"].role == T
    assert found.segments[2].speaker == "S1"


def test_plain_paragraphs_are_passages_of_one_speaker() -> None:
    found = read_text("She came late.\nShe was tired.\n\nWe spoke about work: the boss, the hours.\n")

    assert [segment.text for segment in found.segments] == [
        "She came late. She was tired.",
        "We spoke about work: the boss, the hours.",
    ]
    assert {segment.speaker for segment in found.segments} == {"S1"}
    assert found.speakers["S1"].role == SpeakerRole.OTHER


def test_arabic_prefixes() -> None:
    found = read_text("المعالج: كيف حالك اليوم؟\nالمريض: أنا تعبان.\n")

    assert [segment.role for segment in found.segments] == [T, C]
    assert found.language == "ar"


def test_srt_of_elsewhere() -> None:
    text = (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Therapist: Hello,\r\nDaniel.</i>\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\nHi.\r\n"
    )
    found = read_srt(text)

    assert [(s.start_ms, s.end_ms, s.text) for s in found.segments] == [
        (1000, 2500, "Hello, Daniel."),
        (3000, 4000, "Hi."),
    ]


def test_vtt_of_elsewhere() -> None:
    text = (
        "WEBVTT - title\n\nNOTE nobody reads this\n\nSTYLE\n::cue {}\n\n"
        "intro\n01:02.000 --> 01:03.500 align:start\n<v.loud Client>I&apos;m fine</v>\n"
    )
    found = read_vtt(text)

    assert [(s.role, s.start_ms, s.end_ms, s.text) for s in found.segments] == [
        (C, 62_000, 63_500, "I'm fine")
    ]


@pytest.mark.parametrize(
    "text", ["", "   \n\n", "WEBVTT\n\n", "{not json", "[1]", '{"segments": "secret words"}']
)
def test_nothing_readable_is_a_validation_error(text: str) -> None:
    with pytest.raises(PermanentError) as caught:
        read_any(text, "x.json" if text.startswith("[") else "")

    assert caught.value.code == ErrorCode.VALIDATION_ERROR
    assert "secret" not in str(caught.value)


def test_json_is_told_by_its_content() -> None:
    body = json.dumps({"segments": [{"role": "client", "text": "I am here."}]})

    assert read_any(body).segments[0].role == C
