"""Linking where the records are: blocked in SQL by an engine, compared by the same kernels."""
