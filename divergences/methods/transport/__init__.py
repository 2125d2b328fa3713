"""Optimal transport and kernel distances of points with masses."""
