"""The local page on which people confirm or correct a run, and what their decisions change."""
