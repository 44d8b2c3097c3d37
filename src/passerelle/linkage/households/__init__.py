"""Who lives together: households decided between persons, on all that their records know."""
