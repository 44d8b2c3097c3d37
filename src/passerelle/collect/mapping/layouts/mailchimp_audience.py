"""Mailchimp audience, exported as a .zip of one CSV a status (subscribed, unsubscribed, cleaned).

Sources: the columns `MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,
GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS` after the audience's own
fields, quoted from real exports in many public importers. The audience's own fields carry the
labels their owner gave them; the French defaults `Adresse e-mail`, `Prénom`, `Nom` are unverified.
Times are `YYYY-MM-DD HH:MM:SS` in UTC.
"""

from passerelle.collect.mapping.layout import Layout
from passerelle.kernel.language import N_

PLUGIN = Layout(
    label=N_("Mailchimp audience"),
    kind="records",
    signatures=(
        ("Email Address", "MEMBER_RATING", "OPTIN_TIME", "LEID", "EUID"),
        ("Adresse e-mail", "MEMBER_RATING", "OPTIN_TIME", "LEID", "EUID"),
        ("MEMBER_RATING", "OPTIN_TIME", "LAST_CHANGED", "EUID"),
    ),
    fields={
        "EUID": "record_key",
        "LEID": None,
        "Email Address": "email",
        "Adresse e-mail": "email",
        "First Name": "first_name",
        "Prénom": "first_name",
        "Last Name": "last_name",
        "Nom": "last_name",
        "Phone Number": "phone_home",
        "Numéro de téléphone": "phone_home",
        "Address": None,
        "Adresse": None,
        "Birthday": None,
        "Anniversaire": None,
        "MEMBER_RATING": None,
        "OPTIN_TIME": None,
        "OPTIN_IP": None,
        "CONFIRM_TIME": "created_at",
        "CONFIRM_IP": None,
        "LATITUDE": None,
        "LONGITUDE": None,
        "GMTOFF": None,
        "DSTOFF": None,
        "TIMEZONE": None,
        "CC": "country",
        "REGION": None,
        "LAST_CHANGED": "updated_at",
        "UNSUB_TIME": None,
        "UNSUB_CAMPAIGN_TITLE": None,
        "UNSUB_CAMPAIGN_ID": None,
        "UNSUB_REASON": None,
        "UNSUB_REASON_OTHER": None,
        "CLEAN_TIME": None,
        "CLEAN_CAMPAIGN_TITLE": None,
        "CLEAN_CAMPAIGN_ID": None,
        "NOTES": None,
        "TAGS": None,
    },
    date_order="ymd",
)
