"""Floating-point arithmetic: error-free transformations, double words, sums, pairs of masses."""
