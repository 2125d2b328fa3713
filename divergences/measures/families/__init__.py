"""Families of distributions, one or a few related ones in a file."""
