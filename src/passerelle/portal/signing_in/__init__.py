"""Signing in: links, sessions, the question who somebody is, and how often one may try."""
