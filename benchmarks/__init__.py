"""Measurements, each a program that prints a table and writes JSON on request."""
