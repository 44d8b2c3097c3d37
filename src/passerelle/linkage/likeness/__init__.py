"""How near two values are, as kernels over pairs: the levels that comparisons share."""
