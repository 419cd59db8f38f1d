"""How good an engine is, in the measures of its field."""
