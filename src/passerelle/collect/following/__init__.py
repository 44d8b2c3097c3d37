"""Following the event log: to identity and to the lake, each event once."""

from passerelle.collect.following.follower import (
    FollowedStep,
    Follower,
    FollowerPlaces,
    following,
)
from passerelle.collect.following.log_replays import (
    LogReplay,
    LogSelection,
    ReplayPlan,
    log_ends,
    preview_replay,
    replay_log,
)
from passerelle.collect.following.pace import Pace
from passerelle.collect.following.running import (
    Followed,
    Waits,
    follow_once,
    follow_until,
    wait_until_followed,
)
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
    "LogReplay",
    "LogSelection",
    "LogStanding",
    "Pace",
    "ReplayPlan",
    "Waits",
    "follow_once",
    "follow_until",
    "following",
    "log_ends",
    "preview_replay",
    "read_standings",
    "replay_log",
    "wait_until_followed",
    "watch_events",
]
