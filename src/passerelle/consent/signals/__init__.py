"""Consent signals that browsers and consent platforms speak."""

from passerelle.consent.signals.consent_mode import CONSENT_MODE_TYPES, read_states
from passerelle.consent.signals.gpp import find_tc_in_gpp, write_gpp
from passerelle.consent.signals.tcf import PublisherRestriction, TcString, decode_tc, encode_tc

__all__ = [
    "CONSENT_MODE_TYPES",
    "PublisherRestriction",
    "TcString",
    "decode_tc",
    "encode_tc",
    "find_tc_in_gpp",
    "read_states",
    "write_gpp",
]
