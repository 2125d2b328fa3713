"""Estimates from points: nearest neighbours, density ratios, spacings."""
