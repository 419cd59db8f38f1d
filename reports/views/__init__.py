"""The addresses of a session's report; each view validates, calls one service, serializes."""
