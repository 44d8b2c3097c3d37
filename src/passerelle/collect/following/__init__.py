"""Following the event log: to identity and to the lake, each event once."""

from passerelle.collect.following.follower import (
    FollowedStep,
    Follower,
    FollowerPlaces,
    following,
)
from passerelle.collect.following.pace import Pace
from passerelle.collect.following.running import Followed, Waits, follow_once, follow_until
from passerelle.collect.following.watching import (
    ArrivedEvent,
    LogStanding,
    read_standings,
    watch_events,
)

__all__ = [
    "ArrivedEvent",
    "Followed",
    "FollowedStep",
    "Follower",
    "FollowerPlaces",
    "LogStanding",
    "Pace",
    "Waits",
    "follow_once",
    "follow_until",
    "following",
    "read_standings",
    "watch_events",
]
