"""Estimates from counts of a discrete variable: of entropies, and of divergences of two samples."""
