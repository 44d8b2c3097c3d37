"""Texts made comparable: folded, in words, by their sound; and kernels over their characters."""
