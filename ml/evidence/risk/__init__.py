"""Risk finders: what was said of suicide and the other risks, quoted verbatim."""
