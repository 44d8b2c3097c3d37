"""IAB Europe's TC string: what a consent platform says somebody chose, read and written.

Source: IAB Europe, Transparency and Consent String with Global Vendor List Format, version 2.3 of
April 2025. Since 2.3 the segment of disclosed vendors is mandatory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from passerelle.consent.signals.tcf_bits import BitReader, BitWriter, broken

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DECISECOND = timedelta(milliseconds=100)
_VERSION = 2
_LEAST_POLICY = 4  # TCF 2.2; lower ones are invalid in strings made since 30 September 2023
_POLICY_DAY = datetime(2023, 9, 30, tzinfo=UTC)
_CONSENT_ONLY = frozenset({1, 3, 4, 5, 6})  # no legitimate interest since TCF 2.2
_DISCLOSED, _ALLOWED, _PUBLISHER = 1, 2, 3
_LONGEST = 100_000  # letters: more vendors than there can be


@dataclass(frozen=True)
class PublisherRestriction:
    """What a publisher forbids or asks of vendors for one purpose.

    kind: 0 not allowed, 1 consent required, 2 legitimate interest required.
    """

    purpose: int
    kind: int
    vendors: frozenset[int]


@dataclass(frozen=True)
class TcString:
    """What a TC string says; numbers are IAB's.

    Attributes:
        disclosed_vendors: Vendors that were shown; None where the segment is missing.
        publisher_consents: Purposes for which the publisher itself has consent; None where the
            segment is missing.
    """

    created: datetime
    last_updated: datetime
    cmp_id: int
    cmp_version: int
    consent_screen: int
    language: str
    vendor_list_version: int
    policy_version: int
    is_service_specific: bool
    uses_non_standard_texts: bool
    special_features: frozenset[int]
    purpose_consents: frozenset[int]
    purpose_interests: frozenset[int]
    purpose_one_treatment: bool
    publisher_country: str
    vendor_consents: frozenset[int]
    vendor_interests: frozenset[int]
    restrictions: tuple[PublisherRestriction, ...] = ()
    disclosed_vendors: frozenset[int] | None = None
    allowed_vendors: frozenset[int] | None = None
    publisher_consents: frozenset[int] | None = None
    publisher_interests: frozenset[int] = frozenset()
    custom_purposes: int = 0
    custom_consents: frozenset[int] = frozenset()
    custom_interests: frozenset[int] = frozenset()

    @property
    def flaws(self) -> tuple[str, ...]:
        """Why it must not be relied on, though it can be read; empty if nothing is wrong.

        not_service_specific, old_policy, no_disclosed_vendors, or interest_not_allowed.
        """
        is_old = self.policy_version < _LEAST_POLICY and self.created > _POLICY_DAY
        found = (
            ("not_service_specific", not self.is_service_specific),
            ("old_policy", is_old),
            ("no_disclosed_vendors", self.disclosed_vendors is None),
            ("interest_not_allowed", bool(self.purpose_interests & _CONSENT_ONLY)),
        )
        return tuple(name for name, is_so in found if is_so)

    def consents_to(self, purposes: Iterable[int]) -> bool:
        """Whether every one of some purposes was consented to."""
        return set(purposes) <= self.purpose_consents


def decode_tc(text: str) -> TcString:
    """Read a TC string.

    Raises:
        InvalidInput: It cannot be read.
    """
    if len(text) > _LONGEST:
        raise broken()
    core, *others = text.strip().split(".")
    reader = BitReader.of(core)
    if reader.number(6) != _VERSION:
        raise broken()
    said = {**_read_core(reader)}
    for segment in others:
        said.update(_read_segment(BitReader.of(segment)))
    return TcString(**said)  # type: ignore[arg-type]  # each field is read as its type


def encode_tc(said: TcString) -> str:
    """Write a TC string, vendors in the shorter of both forms as the specification asks.

    Instants are cut to tenths of a second. The IAB's own library (1.5.21) writes the same bytes,
    but for some sets of many single vendors, which it writes as ranges though bits are shorter.
    """
    segments = [_write_core(said)]
    if said.disclosed_vendors is not None:
        segments.append(_write_vendors(_DISCLOSED, said.disclosed_vendors))
    if said.allowed_vendors is not None:
        segments.append(_write_vendors(_ALLOWED, said.allowed_vendors))
    if said.publisher_consents is not None:
        segments.append(_write_publisher(said))
    return ".".join(segments)


def _read_core(reader: BitReader) -> dict[str, object]:
    said: dict[str, object] = {
        "created": _EPOCH + reader.number(36) * _DECISECOND,
        "last_updated": _EPOCH + reader.number(36) * _DECISECOND,
        "cmp_id": reader.number(12),
        "cmp_version": reader.number(12),
        "consent_screen": reader.number(6),
        "language": reader.letters(),
        "vendor_list_version": reader.number(12),
        "policy_version": reader.number(6),
        "is_service_specific": reader.truth(),
        "uses_non_standard_texts": reader.truth(),
        "special_features": reader.flags(12),
        "purpose_consents": reader.flags(24),
        "purpose_interests": reader.flags(24),
        "purpose_one_treatment": reader.truth(),
        "publisher_country": reader.letters(),
        "vendor_consents": reader.vendors(),
        "vendor_interests": reader.vendors(),
    }
    said["restrictions"] = tuple(
        PublisherRestriction(reader.number(6), reader.number(2), reader.ranges())
        for _restriction in range(reader.number(12))
    )
    return said


def _read_segment(reader: BitReader) -> dict[str, object]:
    kind = reader.number(3)
    if kind == _DISCLOSED:
        return {"disclosed_vendors": reader.vendors()}
    if kind == _ALLOWED:
        return {"allowed_vendors": reader.vendors()}
    if kind != _PUBLISHER:
        return {}  # one that a later version brings
    consents, interests, custom = reader.flags(24), reader.flags(24), reader.number(6)
    return {
        "publisher_consents": consents,
        "publisher_interests": interests,
        "custom_purposes": custom,
        "custom_consents": reader.flags(custom),
        "custom_interests": reader.flags(custom),
    }


def _write_core(said: TcString) -> str:
    writer = BitWriter()
    writer.number(_VERSION, 6)
    writer.number((said.created - _EPOCH) // _DECISECOND, 36)
    writer.number((said.last_updated - _EPOCH) // _DECISECOND, 36)
    writer.number(said.cmp_id, 12)
    writer.number(said.cmp_version, 12)
    writer.number(said.consent_screen, 6)
    writer.letters(said.language)
    writer.number(said.vendor_list_version, 12)
    writer.number(said.policy_version, 6)
    writer.truth(said.is_service_specific)
    writer.truth(said.uses_non_standard_texts)
    writer.flags(said.special_features, 12)
    writer.flags(said.purpose_consents, 24)
    writer.flags(said.purpose_interests, 24)
    writer.truth(said.purpose_one_treatment)
    writer.letters(said.publisher_country)
    writer.vendors(said.vendor_consents)
    writer.vendors(said.vendor_interests)
    writer.number(len(said.restrictions), 12)
    for each in said.restrictions:
        writer.number(each.purpose, 6)
        writer.number(each.kind, 2)
        writer.ranges(each.vendors)
    return writer.segment()


def _write_vendors(kind: int, vendors: frozenset[int]) -> str:
    writer = BitWriter()
    writer.number(kind, 3)
    writer.vendors(vendors)
    return writer.segment()


def _write_publisher(said: TcString) -> str:
    writer = BitWriter()
    writer.number(_PUBLISHER, 3)
    writer.flags(said.publisher_consents or (), 24)
    writer.flags(said.publisher_interests, 24)
    writer.number(said.custom_purposes, 6)
    writer.flags(said.custom_consents, said.custom_purposes)
    writer.flags(said.custom_interests, said.custom_purposes)
    return writer.segment()
