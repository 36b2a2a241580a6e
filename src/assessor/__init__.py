"""Risk ratings and coded issues from Spanish assessment fiches of development programmes."""

__version__ = "0.1.0"
