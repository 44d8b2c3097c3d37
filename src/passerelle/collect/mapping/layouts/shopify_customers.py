"""Shopify customers, exported from the admin (`customers_export.csv`); headers are English always.

Sources: the header line `Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default
Address Company,…,Tags` as written by Shopify since 2023 and quoted in several public importers,
and the older one without the words `Default Address`; metafields follow as
`Name (customer.metafields.…)`. Shopify writes an apostrophe before ids and postcodes
(`'7210448301122`), which the import takes off.
"""

from passerelle.collect.mapping.layout import Layout
from passerelle.kernel.language import N_

PLUGIN = Layout(
    label=N_("Shopify customers"),
    kind="records",
    signatures=(
        ("First Name", "Last Name", "Email", "Accepts Email Marketing", "Total Spent"),
        ("First Name", "Last Name", "Email", "Accepts Marketing", "Total Spent", "Total Orders"),
    ),
    fields={
        "Customer ID": ("record_key", "login"),  # what the shop's pages send as userId
        "First Name": "first_name",
        "Last Name": "last_name",
        "Email": "email",
        "Accepts Email Marketing": None,
        "Accepts Marketing": None,
        "Accepts SMS Marketing": None,
        "Accepts WhatsApp Marketing": None,
        "Default Address Company": "company",
        "Default Address Address1": "address_1",
        "Default Address Address2": "address_2",
        "Default Address City": "city",
        "Default Address Province Code": None,
        "Default Address Country Code": "country",
        "Default Address Zip": "postcode",
        "Default Address Phone": "phone_home",
        "Company": "company",
        "Address1": "address_1",
        "Address2": "address_2",
        "City": "city",
        "Province": None,
        "Province Code": None,
        "Country": None,
        "Country Code": "country",
        "Zip": "postcode",
        "Phone": "phone_mobile",
        "Total Spent": None,
        "Total Orders": None,
        "Note": None,
        "Tax Exempt": None,
        "Tags": None,
    },
)
