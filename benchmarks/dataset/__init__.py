"""How exact and how fast a data set is made."""
