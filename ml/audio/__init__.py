"""Sound in: what a file holds, its samples at 16 kHz, where speech is, what its channels are."""
