"""Model files as data: which there are, where they lie, how they are fetched and verified."""
