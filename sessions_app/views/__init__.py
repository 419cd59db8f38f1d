"""The addresses of sessions: validate, call one service, answer."""
