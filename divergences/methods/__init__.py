"""Algorithms: they know families and measures, never a member functional."""
