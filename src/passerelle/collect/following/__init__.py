"""Following the event log: to identity and to the lake, each event once."""

from passerelle.collect.following.follower import FollowedStep, Follower, following
from passerelle.collect.following.running import follow_once, follow_until

__all__ = ["FollowedStep", "Follower", "follow_once", "follow_until", "following"]
