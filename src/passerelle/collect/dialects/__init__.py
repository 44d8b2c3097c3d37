"""Dialects of the collector's doors: each request's body as events in Segment's words."""

from passerelle.collect.dialects.splitting import SplitBody, Unreadable, split_body

__all__ = ["SplitBody", "Unreadable", "split_body"]
