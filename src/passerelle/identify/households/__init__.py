"""Who lives with whom, since when, and why: households of profiles."""
