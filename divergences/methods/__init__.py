"""Algorithms: they know families and measures, never a member functional."""

from divergences.methods.nearest_neighbours import NearestNeighbours as NearestNeighbours
