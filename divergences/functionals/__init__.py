"""Definitions: one file per quantity, each stating its term, slopes, limits and laws."""
