"""The way back: signed reports of consenting patients as de-identified training examples."""
