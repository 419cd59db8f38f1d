"""Prompts: versioned files with declared variables."""
