"""Observation → rating."""
