"""The front room of speech: a recording in, a Transcript out."""
