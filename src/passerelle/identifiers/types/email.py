"""E-mail address, clear or as its SHA-256."""

from passerelle.identifiers.email_addresses import address_hash, address_hashes, parse_email
from passerelle.identifiers.email_columns import (
    EMAIL_JUDGEMENTS,
    judge_email,
    parse_email_column,
)
from passerelle.identifiers.identifier_type import Example, IdentifierType
from passerelle.kernel.language import N_

_HASH = "16c18d336f0b250f0e2d907452ceb9658a74ecdae8bc94864c23122a72cc27a5"

PLUGIN = IdentifierType(
    label=N_("E-mail address"),
    rule_version=2,
    rule=N_(
        "NFC, lower case, no blanks, invisible characters, mailto: or brackets around it; dots and"
        " +tags stay, also at Gmail. The first address of a cell counts, the rest are reported."
        " A domain that cannot exist and is one slip from one mail provider (gmail.con) is mended."
        " 64 hexadecimal digits are an address already hashed with SHA-256."
    ),
    source="RFC 5321, 5322, 6531, 6761, 2142; email-validator 2.4; disposable-email-domains",
    tier="person",
    is_linking=True,
    is_shareable=True,
    parse=parse_email,
    judge=judge_email,
    judgements=EMAIL_JUDGEMENTS,
    parse_column=parse_email_column,
    id_text=address_hash,
    id_texts=address_hashes,
    examples=(
        Example("  Jean.Dupont+promo@GMAIL.com ", "jean.dupont+promo@gmail.com", kind="personal"),
        Example("mailto:marie@exemple.fr?subject=Bonjour", "marie@exemple.fr"),
        Example("Marie Dupont <marie@exemple.fr>", "marie@exemple.fr"),
        Example("marie@exemple.fr.", "marie@exemple.fr"),
        Example("marie @ exemple.fr", "marie@exemple.fr"),
        Example("marie@exemple.fr ; luc@exemple.fr", "marie@exemple.fr"),
        Example("marie@gmail.con", "marie@gmail.com"),
        Example("marie@gmail,com", "marie@gmail.com"),
        Example("marie@gmial.com", "marie@gmial.com"),
        Example("\u00c9ric@exemple.fr", "\u00e9ric@exemple.fr"),
        Example("marie@xn--caf-dma.fr", "marie@caf\u00e9.fr"),
        Example("a.martin@boutique.test", "a.martin@boutique.test"),
        Example(_HASH.upper(), f"sha256:{_HASH}", kind="personal"),
        Example("contact@exemple.fr", "contact@exemple.fr", kind="role"),
        Example("luc@yopmail.com", "luc@yopmail.com", kind="disposable"),
        Example("test@test.fr", "test@test.fr", kind="blocked"),
        Example("xx@xx.fr", "xx@xx.fr", kind="blocked"),
        Example("n/a", refused="blocked"),
        Example("jean dupont@exemple.fr", refused="inner_blank"),
        Example("marie.exemple.fr", refused="no_at_sign"),
        Example("marie@home@exemple.fr", refused="several_at_signs"),
        Example("marie..d@exemple.fr", refused="invalid_local_part"),
        Example("marie@exemple", refused="invalid_domain"),
        Example("marie@poste.local", refused="invalid_domain"),
        Example("m" * 65 + "@exemple.fr", refused="too_long"),
    ),
)
