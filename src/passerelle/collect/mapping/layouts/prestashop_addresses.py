"""PrestaShop addresses: the table from the SQL manager, or the layout of its CSV import.

Sources: the address list has no export of its own, only "Export to SQL manager"
(AddressGridDefinitionFactory of PrestaShop), whose columns are those of the table `ps_address`;
the labels of the list (`Address`, `Zip/postal code`, `City`, `Country`); the header of its sample
`addresses_import.csv` (`Address ID;Alias*;Active (0/1);Customer e-mail*;…;Mobile Phone;VAT
number;DNI`), checked by PrestaShop's own interface tests. French: unverified.
An address belongs to the customer whose number it carries.
"""

from passerelle.collect.mapping.layout import Layout
from passerelle.kernel.language import N_

PLUGIN = Layout(
    label=N_("PrestaShop addresses"),
    kind="records",
    signatures=(
        ("id_address", "id_customer", "lastname", "firstname", "address1", "postcode"),
        ("ID", "First name", "Last name", "Address", "Zip/postal code", "City", "Country"),
        ("ID", "Prénom", "Nom", "Adresse", "Code postal", "Ville", "Pays"),
        ("Alias*", "Customer e-mail*", "Lastname*", "Firstname*", "Address 1*"),
    ),
    fields={
        "id_address": "record_key",
        "Address ID": "record_key",
        "ID": "record_key",
        "id_customer": "login",
        "Customer ID": "login",
        "Customer e-mail*": "email",
        "lastname": "last_name",
        "Last name": "last_name",
        "Lastname*": "last_name",
        "Nom": "last_name",
        "firstname": "first_name",
        "First name": "first_name",
        "Firstname*": "first_name",
        "Prénom": "first_name",
        "company": "company",
        "Société": "company",
        "address1": "address_1",
        "Address": "address_1",
        "Address 1*": "address_1",
        "Adresse": "address_1",
        "address2": "address_2",
        "Address 2": "address_2",
        "other": None,
        "postcode": "postcode",
        "Zip/postal code": "postcode",
        "Zipcode*": "postcode",
        "Code postal": "postcode",
        "city": "city",
        "City*": "city",
        "Ville": "city",
        "country": "country",
        "Country*": "country",
        "country_name": "country",
        "Pays": "country",
        "id_country": None,
        "id_state": None,
        "state": None,
        "phone": "phone_home",
        "phone_mobile": "phone_mobile",
        "Mobile Phone": "phone_mobile",
        "alias": None,
        "Alias*": None,
        "Active (0/1)": None,
        "manufacturer": None,
        "supplier": None,
        "id_manufacturer": None,
        "id_supplier": None,
        "id_warehouse": None,
        "vat_number": "vat",
        "dni": None,
        "date_add": "created_at",
        "date_upd": "updated_at",
        "active": None,
        "deleted": None,
    },
    date_order="ymd",
)
