"""Finders: verbatim evidence in a transcript for claims and risks."""
