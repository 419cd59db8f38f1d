"""What changes sessions, recordings, uploads and transcripts; each call is a transaction."""
