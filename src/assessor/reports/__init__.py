"""Run → summary → report files."""
