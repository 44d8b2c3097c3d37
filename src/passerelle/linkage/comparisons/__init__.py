"""Comparisons, one file each."""
