"""Models that read a video clip."""
