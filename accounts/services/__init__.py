"""Writes of the accounts app: accounts.py (people), passwords.py, tokens.py (sessions)."""
