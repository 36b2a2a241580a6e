"""Observation → issues: wording finds them, cues set their status."""
