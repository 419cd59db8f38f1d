"""Word lists of the field that several rooms read."""
