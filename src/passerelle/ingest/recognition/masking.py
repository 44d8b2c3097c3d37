"""Values of which so much is shown that their bearer knows them, and nobody else can use them."""

from __future__ import annotations

_DOTS = "•••"
_TOO_SHORT = 6  # characters: of a shorter value two would be a third
_SHOWN = 2


def mask(value: str) -> str:
    """A canonical value with its middle hidden.

    >>> mask("marie@exemple.fr"), mask("+33623456781"), mask("default:2999123456789")
    ('m•••@e•••.fr', '•••81', 'default:•••89')
    """
    namespace, colon, rest = value.rpartition(":")
    local, at, domain = rest.rpartition("@")
    if at:
        host, dot, ending = domain.rpartition(".")
        return f"{namespace}{colon}{local[:1]}{_DOTS}@{host[:1]}{_DOTS}{dot}{ending}"
    return f"{namespace}{colon}{_DOTS}{'' if len(rest) < _TOO_SHORT else rest[-_SHOWN:]}"
