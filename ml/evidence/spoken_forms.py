"""How spoken and unpunctuated English is spelt out before the rules read it."""

from __future__ import annotations

SPOKEN_FORMS: dict[str, str] = {
    "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not", "wont": "will not",
    "ain't": "is not", "aint": "is not", "dont": "do not", "didnt": "did not", "doesnt": "does not",
    "isnt": "is not", "wasnt": "was not", "werent": "were not", "arent": "are not", "havent": "have not",
    "hasnt": "has not", "hadnt": "had not", "wouldnt": "would not", "couldnt": "could not",
    "shouldnt": "should not", "mustnt": "must not", "neednt": "need not",
    "im": "i am", "ive": "i have", "id": "i would", "youre": "you are", "youve": "you have",
    "hes": "he is", "shes": "she is", "theyre": "they are", "theyd": "they would", "theyll": "they will",
    "itd": "it would", "itll": "it will", "thats": "that is", "thatd": "that would", "whats": "what is",
    "theres": "there is", "its": "it is", "whod": "who would", "everyones": "everyone is",
    "everybodys": "everybody is", "nobodys": "nobody is", "lets": "let us", "let's": "let us",
    "gonna": "going to", "wanna": "want to", "gotta": "got to", "hafta": "have to", "tryna": "trying to",
    "finna": "going to", "imma": "i am going to", "i'ma": "i am going to", "dunno": "do not know",
    "lemme": "let me", "gimme": "give me", "kinda": "kind of", "sorta": "sort of", "outta": "out of",
    "coulda": "could have", "woulda": "would have", "shoulda": "should have", "cuz": "because",
    "cos": "because", "coz": "because", "bc": "because", "til": "until", "till": "until", "u": "you",
    "anymore": "any more", "awhile": "a while", "alot": "a lot", "okay": "ok", "yea": "yeah", "yep": "yes",
    "yup": "yes", "nope": "no", "nah": "no", "mum": "mom", "mums": "mom 's", "mommy": "mom", "daddy": "dad",
    "everybody": "everyone", "anybody": "anyone", "somebody": "someone", "nobody": "nobody",
    "tonite": "tonight", "suicidals": "suicidal", "s": "'s", "meds": "medication", "ill": "ill",
}  # fmt: skip
"""Whole words to their canonical words; apostrophes are straight here."""

CLITICS: dict[str, str] = {
    "s": "is",
    "d": "would",
    "ll": "will",
    "ve": "have",
    "re": "are",
    "m": "am",
    "t": "not",
    "em": "them",
}
"""What follows an apostrophe; "'s" reads "is" for pronouns and nouns alike, which the rules allow for."""

FILLERS: frozenset[str] = frozenset(
    """
    um uh uhm umm er erm ah hmm hm mm just really honestly actually literally basically fucking fuckin freaking
    frigging damn bloody totally simply probably seriously truly genuinely absolutely sometimes often always
    occasionally constantly lately recently even ever also quite
    maybe perhaps somehow still
    """.split()
)
"""Words that change no rule's meaning. Times and answers are read from the words before this."""

FILLER_PHRASES: tuple[tuple[str, ...], ...] = (
    ("you", "know"),
    ("i", "mean"),
    ("i", "guess"),
    ("i", "suppose"),
    ("kind", "of"),
    ("sort", "of"),
    ("to", "be", "honest"),
    ("if", "i", "am", "honest"),
    ("if", "i", "am", "being", "honest"),
    ("a", "little", "bit"),
    ("at", "times"),
    ("now", "and", "then"),
    ("some", "days"),
    ("most", "days"),
    ("some", "nights"),
    ("most", "nights"),
    ("part", "of", "me"),
    ("a", "part", "of", "me"),
    ("or", "whatever"),
    ("or", "something"),
    ("or", "anything"),
    ("and", "stuff"),
    ("like", "i", "said"),
    ("god", "forgive", "me"),
)
"""Phrases left out in the same way."""
