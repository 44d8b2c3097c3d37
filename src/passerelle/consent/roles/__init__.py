"""Roles: who may read what of a person, in clear, masked, or not at all."""

from passerelle.consent.roles.roles import (
    CLEAR,
    HIDDEN,
    KINDS,
    MASKED,
    Role,
    get_role,
    list_roles,
    masked_value,
)

__all__ = [
    "CLEAR",
    "HIDDEN",
    "KINDS",
    "MASKED",
    "Role",
    "get_role",
    "list_roles",
    "masked_value",
]
