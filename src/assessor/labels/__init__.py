"""Labelled observations: their tables, and the formats evaluators exchange them in."""
