"""Concordances of a run: where words, issues or statuses stand, each with its context."""
