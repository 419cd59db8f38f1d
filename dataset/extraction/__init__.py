"""Playlists become standard videos, transcripts, clips and dialogues without labels."""
