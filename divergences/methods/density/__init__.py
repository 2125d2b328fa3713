"""Distributions known by a log-density: closed forms and certified quadrature."""
