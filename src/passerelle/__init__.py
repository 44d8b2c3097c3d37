"""Passerelle: one record per customer, from what the shop knows and what the site sees."""

__version__ = "0.1.0"
