"""What was kept long enough goes for good, and may come back as anybody may."""

from __future__ import annotations

from datetime import UTC, datetime

from passerelle.bootstrap import open_passerelle
from passerelle.identify import PROFILE_PREFIX
from passerelle.kernel import parse_id
from passerelle.settings import Settings
from tests.unit.cli.conftest import CUSTOMERS, Shell

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def test_people_and_identifiers_go_from_every_place_and_are_on_no_list(shop: Shell) -> None:
    passerelle = open_passerelle(Settings(home=shop.home), clock=lambda: LATER)
    profile_id = parse_id(
        shop.json("profiles", "find", "zoe@exemple.fr")[0]["profile_id"], PROFILE_PREFIX
    )
    cookie = passerelle.store.rows("select identifier_id from identifiers where type = 'cookie'")
    assert profile_id is not None

    passerelle.erase([profile_id], [cookie[0]["identifier_id"]])

    assert shop.json("profiles", "find", "zoe@exemple.fr") == []
    assert passerelle.store.rows("select 1 from records where first_name_key = 'ZOE'") == []
    assert passerelle.store.rows("select 1 from identifiers where type = 'cookie'") == []
    assert passerelle.store.rows("select 1 from suppressions") == []
    (entry,) = shop.json("audit", "list", "--action", "retention.erased")
    assert entry["detail"] == {"people": "1", "identifiers": "1"}
    again = shop.file("again.csv", CUSTOMERS + "\n")
    assert shop.json("records", "import", again, "--source", "crm")["new"] == 1
