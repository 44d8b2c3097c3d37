"""Life changes: found in what sources say, proposed, decided by people, and followed."""
