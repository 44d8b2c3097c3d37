"""Survivorship rules, one file each."""
