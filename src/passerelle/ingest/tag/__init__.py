"""The tag: our own script for web pages, and the first-party cookie that its requests get."""

from passerelle.ingest.tag.lifetimes import Limit, read_limits
from passerelle.ingest.tag.script import Script, read_script
from passerelle.ingest.tag.visitor import COOKIE, CookieRules, VisitorAnswer, answer_visitor

__all__ = [
    "COOKIE",
    "CookieRules",
    "Limit",
    "Script",
    "VisitorAnswer",
    "answer_visitor",
    "read_limits",
    "read_script",
]
