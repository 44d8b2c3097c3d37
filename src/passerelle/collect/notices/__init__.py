"""Reads notices of life changes: files of movers, of deaths, of returned mail."""

from passerelle.collect.notices.notice_file import NoticeFile, open_notices
from passerelle.collect.notices.notice_kinds import NOTICE_KINDS
from passerelle.collect.notices.returned_mail import RETURN_REASONS

__all__ = ["NOTICE_KINDS", "RETURN_REASONS", "NoticeFile", "open_notices"]
