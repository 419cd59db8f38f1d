"""Writes of the accounts app: registration, signin, tokens (sessions), passwords."""
