"""The kinds of notices there are."""

from __future__ import annotations

from types import MappingProxyType

from passerelle.collect.notices.deaths import DEATHS
from passerelle.collect.notices.movers import MOVERS
from passerelle.collect.notices.returned_mail import RETURNED_MAIL

NOTICE_KINDS = MappingProxyType({kind.name: kind for kind in (MOVERS, DEATHS, RETURNED_MAIL)})
"""Each kind of notice, by name."""
