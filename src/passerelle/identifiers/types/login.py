"""Login of an account on a site or in an application."""

from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.identifiers.issued_columns import parse_login_column
from passerelle.identifiers.issued_numbers import NUMBER_JUDGEMENTS, judge_number, parse_login
from passerelle.kernel.language import N_

PLUGIN = IdentifierType(
    label=N_("Login"),
    rule_version=1,
    rule=N_(
        "NAMESPACE:VALUE. An e-mail address in lower case; anything else as it was issued,"
        " capitals and zeros included, because user ids of applications are opaque."
    ),
    source="Segment spec (userId); values refused by PostHog and Segment",
    tier="person",
    is_linking=True,
    is_shareable=False,
    parse=parse_login,
    judge=judge_number,
    parse_column=parse_login_column,
    judgements=NUMBER_JUDGEMENTS,
    examples=(
        Example(" Marie@Exemple.fr", "default:marie@exemple.fr", kind="personal"),
        Example("u_8fA2", "default:u_8fA2", kind="personal"),
        Example("007", "default:007", kind="personal"),
        Example("Anonymous", refused="blocked"),
        Example("[object Object]", refused="blocked"),
        Example("'undefined'", refused="blocked"),
        Example("99999", "default:99999", kind="blocked"),
    ),
)
