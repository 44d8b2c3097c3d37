"""From what a caller says to an identifier id, read as an import would read it."""

from __future__ import annotations

from passerelle.ingest.recognition.answers import QUERY_TYPES, ProfileQuery
from passerelle.kernel import IdentifierKeys, InvalidInput
from passerelle.kernel.language import _


def read_identifier_id(query: ProfileQuery, keys: IdentifierKeys) -> int:
    """The id of the identifier that a query names.

    Raises:
        InvalidInput: The type does not exist, or the value cannot be one; the value is not in the
            message.
    """
    # Here, not above: it loads data frames, which a collector without such queries never needs.
    from passerelle.identifiers import REFUSALS, Parsed, id_texts, parse_identifier

    if query.type not in QUERY_TYPES:
        raise InvalidInput(
            _("Nobody can be looked up by that."),
            hint=_("Use one of: {names}.").format(names=", ".join(QUERY_TYPES)),
        )
    type_name = QUERY_TYPES[query.type]
    read = parse_identifier(type_name, query.value, namespace=query.namespace)
    if not isinstance(read, Parsed):
        raise InvalidInput(
            _("The value is no {type}.").format(type=query.type),
            hint=_("It is empty.") if read is None else _(REFUSALS[read.reason]),
        )
    return keys.identifier_id(type_name, id_texts(type_name, [read.value])[0])
