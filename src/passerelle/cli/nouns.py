"""What one can type after `passerelle`: each noun is a module of this folder, loaded when used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import click

from passerelle.kernel.language import N_


@dataclass(frozen=True)
class Noun:
    """One word of the command line, and what it says in the list of words."""

    name: str
    summary: str

    @property
    def module(self) -> str:
        """The module that holds its command."""
        return f"{__package__}.{self.name}"


# In the order of the work; the module of each holds one click command of the same name.
NOUNS = (
    Noun("demo", N_("Run the main job on a simulated retailer, from files to report.")),
    Noun("doctor", N_("Say what is set up, where, and what is missing.")),
    Noun("records", N_("Import customer files: CSV, Excel, JSON Lines, Parquet.")),
    Noun("receipts", N_("Import purchases with their lines, cards and stores.")),
    Noun("events", N_("Import what happened online, see it arrive, take it again.")),
    Noun("sources", N_("Say who may send events to the collector, and make their write keys.")),
    Noun("serve", N_("Run the collector and the follower together.")),
    Noun("collect", N_("Take in events as they happen, over HTTP.")),
    Noun("schema", N_("Declare what events look like.")),
    Noun("quarantine", N_("List, mend and replay rejected rows.")),
    Noun("quality", N_("Say how good customer data are, and what mending would bring.")),
    Noun("profiles", N_("Resolve, find and explain profiles.")),
    Noun("households", N_("Show who lives with whom, since when, and why.")),
    Noun("changes", N_("Find and decide life changes: moves, names, deaths, returned mail.")),
    Noun("consent", N_("Keep the consent policy, record what people said, ask what is permitted.")),
    Noun("audit", N_("List who did what with personal data, export and verify the log of it.")),
    Noun("keys", N_("Change the master key that people's keys are wrapped with.")),
    Noun("rights", N_("Answer what people ask for by right: access, erasure, objection.")),
    Noun("portal", N_("Serve the customer's own page, and make links to it for paper.")),
    Noun("match", N_("Report how much of the base can be found online.")),
    Noun("cookies", N_("Say which bound devices still live, and whom to bind again.")),
    Noun("links", N_("Make personal links for mails, SMS and receipts.")),
    Noun("reference", N_("List and load tables of communes, postcodes and streets.")),
    Noun("addresses", N_("Standardize postal addresses, and say how one was read.")),
    Noun("simulate", N_("Make a retailer's customers, files and events, with the truth beside.")),
)


def list_nouns() -> list[Noun]:
    """The nouns whose module is installed, in order."""
    return [noun for noun in NOUNS if find_spec(noun.module) is not None]


def find_command(name: str) -> click.Command | None:
    """The command of a noun, loaded now; None for a word that is no noun."""
    noun = next((noun for noun in list_nouns() if noun.name == name), None)
    if noun is None:
        return None
    module = import_module(noun.module)
    commands = [each for each in vars(module).values() if isinstance(each, click.Command)]
    return next(command for command in commands if command.name == noun.name)
