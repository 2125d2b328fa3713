"""Helpers on observations: distances, ties, rounding, distribution functions."""
