"""Dialects of the collector's doors: each request's body as events in Segment's words."""

from passerelle.collect.dialects.splitting import SplitEvent, Unreadable, split_body

__all__ = ["SplitEvent", "Unreadable", "split_body"]
