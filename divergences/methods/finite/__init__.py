"""Exact sums over finite distributions, on any array namespace."""
