"""Coherence and data-quality checks over one fiche."""
