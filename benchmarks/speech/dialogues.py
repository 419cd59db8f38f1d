"""Three sessions of our own, to be spoken by synthetic voices; the people are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A turn: who, what, and how long after the end of the one before it (negative: overlap)."""

    speaker: str
    text: str
    after_s: float = 0.6


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A session with its voices and the therapist's loudness against the client's, in dB."""

    name: str
    about: str
    voices: dict[str, str]
    lines: tuple[Line, ...]
    therapist_db: float = 0.0


T, C = "therapist", "client"

CLIENT_FIRST = Dialogue(
    "client_first",
    "the client speaks first and the client is quieter",
    {T: "bf_emma", C: "am_puck"},
    (
        Line(C, "Sorry I'm late. The bus never came, and I almost turned around and went home."),
        Line(T, "I'm glad you came anyway. What was it like to decide to keep going?", 0.8),
        Line(C, "Hard. I keep telling myself that nothing helps, so why should I even bother?", 0.7),
        Line(T, "So a part of you had given up, and another part got you through the door.", 0.5),
        Line(C, "I guess so. My sister said I should at least try it for one more month.", 0.9),
        Line(T, "How did the breathing exercise go that we talked about last week?", 0.6),
        Line(C, "I did it twice. On Tuesday I felt calmer, but on Friday I just lay there and cried.", 0.8),
        Line(T, "Would it be okay if we look at Friday together, step by step?", 0.5),
        Line(C, "Yeah. My boss called me at nine and said the project was cancelled.", 0.7),
        Line(T, "And what went through your mind in that moment?", 0.4),
        Line(C, "That I am useless, and that I will lose the apartment next.", 0.9),
        Line(
            T,
            "For this week, I'd like you to write those thoughts down when they come, "
            "and we will go through them on Thursday.",
            0.7,
        ),
        Line(C, "Okay. I can try that.", 0.5),
    ),
    therapist_db=6.0,
)

RUNS_OF_TURNS = Dialogue(
    "runs_of_turns",
    "several turns in a row by one speaker with pauses; two women",
    {T: "af_bella", C: "bf_isabella"},
    (
        Line(T, "Last time you told me about the argument with your father."),
        Line(T, "I have been thinking about what you said at the end.", 1.9),
        Line(T, "Where would you like to begin today?", 2.4),
        Line(C, "I don't really know.", 1.6),
        Line(C, "I went to see him on Sunday, and he didn't even look at me.", 2.2),
        Line(C, "My mother was in the kitchen the whole time.", 1.8),
        Line(C, "I felt like I was twelve years old again, standing in that hallway.", 2.6),
        Line(T, "That sounds painful, and it sounds familiar.", 1.2),
        Line(C, "It is. I always think that this time he will ask me how I am.", 0.9),
        Line(C, "And he never does.", 2.0),
        Line(T, "What do you notice in your body when you tell me that?", 1.1),
        Line(C, "My chest gets tight. I can't breathe properly.", 0.8),
        Line(T, "Let's stay with that for a moment.", 0.7),
        Line(T, "If the tightness could say something to your father, what would it say?", 2.3),
        Line(C, "I would say that I was just a kid, and that I needed him.", 1.9),
        Line(T, "Thank you for trusting me with that.", 1.0),
        Line(T, "For next week, could you write him a letter that you will not send?", 1.7),
        Line(C, "I think I can do that.", 0.8),
    ),
)

OVERLAP = Dialogue(
    "overlap",
    "people talk over each other",
    {T: "am_fenrir", C: "af_sarah"},
    (
        Line(C, "So I stopped taking the tablets on Monday, because they made me feel like a zombie."),
        Line(T, "You stopped them on Monday. Did you speak with doctor Hansen about it?", -0.5),
        Line(C, "No, I didn't want another lecture about how important they are.", -0.4),
        Line(T, "I hear that you felt lectured. What has changed since you stopped?", -0.6),
        Line(C, "I sleep less, maybe four hours, but I feel awake. I feel like myself again.", -0.3),
        Line(T, "Okay. And how are things with your brother?", -0.7),
        Line(C, "He is worried about me. He says I talk too fast and spend too much.", 0.3),
        Line(T, "What do you make of that?", -0.4),
        Line(C, "Maybe he has a point. I bought a motorcycle, and I can't even ride it.", 0.2),
        Line(T, "Would you be willing to call doctor Hansen from here, with me, today?", -0.6),
        Line(C, "If you stay in the room while I do it, then yes.", -0.3),
        Line(T, "I will. And let's write down the warning signs for you and your brother.", 0.4),
    ),
)

DIALOGUES = (CLIENT_FIRST, RUNS_OF_TURNS, OVERLAP)
