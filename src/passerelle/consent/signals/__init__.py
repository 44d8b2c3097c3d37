"""Consent signals that browsers and consent platforms speak."""

from passerelle.consent.signals.tcf import PublisherRestriction, TcString, decode_tc, encode_tc

__all__ = ["PublisherRestriction", "TcString", "decode_tc", "encode_tc"]
