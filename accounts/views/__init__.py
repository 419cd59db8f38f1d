"""The calls under /auth: account.py, sessions.py (tokens), passwords.py."""
