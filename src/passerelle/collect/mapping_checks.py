"""Whether a mapping can be followed for a file, before anything is imported."""

from __future__ import annotations

from collections.abc import Collection

from passerelle.collect.mapping import Mapping
from passerelle.collect.record_batches import IDENTIFIER_FIELDS, KNOWING_NAMES
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _


def check_mapping(mapping: Mapping, columns: Collection[str]) -> None:
    """See that a mapping of records fits a file's columns.

    Raises:
        InvalidInput: It is for another kind of file, uses a column that the file does not have,
            or feeds no field that says who a customer is.
    """
    if mapping.kind != "records":
        raise InvalidInput(
            _("This mapping is for {kind}, not for records.").format(kind=mapping.kind),
            hint=_('Write kind = "records" in it, or import with: passerelle receipts import'),
        )
    absent = [c.column for c in mapping.columns if c.field and c.column not in columns]
    if absent:
        # The file's own columns are not named here: without a header they are a customer's row.
        raise InvalidInput(
            _("The mapping uses a column {name!r} that the file does not have.").format(
                name=absent[0]
            ),
            hint=_("See how the file's columns are called with --dry-run without --mapping."),
        )
    if not {*IDENTIFIER_FIELDS, *KNOWING_NAMES}.intersection(mapping.fields()):
        raise InvalidInput(
            _("No column is understood as a name, an e-mail, a phone, a card, a number or login."),
            hint=_(
                "See how each column is understood with --dry-run, and correct it with "
                "--save-mapping and --mapping; say --header or --no-header if row 1 was mistaken."
            ),
        )
