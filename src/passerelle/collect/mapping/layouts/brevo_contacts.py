"""Brevo (once Sendinblue) contacts, exported from a list or from all contacts.

Sources: default attributes `EMAIL`, `FIRSTNAME`, `LASTNAME`, `SMS`, `LANDLINE_NUMBER`, `WHATSAPP`,
`EXT_ID` in Brevo's help ("Create a file to import your contacts"), whose sample file starts with
`CONTACT ID,EMAIL,FIRSTNAME,LASTNAME,SMS,LANDLINE_NUMBER,WHATSAPP`; `ADDED_TIME`, `MODIFIED_TIME` in
the reference of the export API; `PRENOM`, `NOM` in accounts opened in French; `DOUBLE_OPT-IN`
in public plug-ins. `OPT_IN` is seen beside it. Phones have their country code but no plus.
"""

from passerelle.collect.mapping.layout import Layout
from passerelle.kernel.language import N_

PLUGIN = Layout(
    label=N_("Brevo contacts"),
    kind="records",
    signatures=(
        ("CONTACT ID", "EMAIL", "FIRSTNAME", "LASTNAME", "SMS"),
        ("CONTACT ID", "EMAIL", "PRENOM", "NOM", "SMS"),
        ("EMAIL", "PRENOM", "NOM", "SMS"),
        ("EMAIL", "FIRSTNAME", "LASTNAME", "SMS"),
        ("EMAIL", "ADDED_TIME", "MODIFIED_TIME"),
    ),
    fields={
        "CONTACT ID": "record_key",
        "EXT_ID": "customer_number",
        "EMAIL": "email",
        "FIRSTNAME": "first_name",
        "PRENOM": "first_name",
        "LASTNAME": "last_name",
        "NOM": "last_name",
        "SMS": "phone_mobile",
        "WHATSAPP": None,
        "LANDLINE_NUMBER": "phone_home",
        "INTERESTS": None,
        "DOUBLE_OPT-IN": None,
        "OPT_IN": None,
        "ADDED_TIME": "created_at",
        "MODIFIED_TIME": "updated_at",
    },
)
