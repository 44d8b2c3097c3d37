"""New records linked with known ones: all that is kept for it between two additions."""
