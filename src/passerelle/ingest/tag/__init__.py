"""The tag: our own script for web pages, and the first-party cookie that its requests get."""

from passerelle.ingest.tag.lifetimes import LIFETIMES_FILE, Limit, read_limits
from passerelle.ingest.tag.script import Script, answer_script, make_script, read_script
from passerelle.ingest.tag.visitor import CookieRules, VisitorAnswer, answer_visitor, find_visitor

__all__ = [
    "LIFETIMES_FILE",
    "CookieRules",
    "Limit",
    "Script",
    "VisitorAnswer",
    "answer_script",
    "answer_visitor",
    "find_visitor",
    "make_script",
    "read_limits",
    "read_script",
]
