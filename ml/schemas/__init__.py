"""The records that cross floors: transcripts, reports, labels, chat messages."""
