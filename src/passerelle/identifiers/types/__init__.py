"""The identifier types: one file each, found by themselves."""
