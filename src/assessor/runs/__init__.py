"""Many inputs → a run folder that loses nothing."""
