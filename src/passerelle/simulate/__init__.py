"""A simulated retailer: its people, files, web events, and the truth to measure against."""

from passerelle.simulate.browsers import AFTER_DAYS, BROWSERS, WINDOW_DAYS
from passerelle.simulate.manifest import EVENTS_AFTER, FORMAT, IMPORT_FILES, TRUTH, ImportFile
from passerelle.simulate.output_folder import MANIFEST
from passerelle.simulate.retailer import Progress
from passerelle.simulate.simulation import RetailerSummary, simulate_retailer
from passerelle.simulate.spec import (
    BrowserRates,
    PartnerRates,
    PeopleRates,
    ReceiptRates,
    RecordRates,
    RetailerSpec,
)

__all__ = [
    "AFTER_DAYS",
    "BROWSERS",
    "EVENTS_AFTER",
    "FORMAT",
    "IMPORT_FILES",
    "MANIFEST",
    "TRUTH",
    "WINDOW_DAYS",
    "BrowserRates",
    "ImportFile",
    "PartnerRates",
    "PeopleRates",
    "Progress",
    "ReceiptRates",
    "RecordRates",
    "RetailerSpec",
    "RetailerSummary",
    "simulate_retailer",
]
