"""The receipt layouts: one file each, the folder is the registry."""
