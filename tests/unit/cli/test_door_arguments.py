"""What is said of the collector reaches it, also through the command that starts it beside others."""

from __future__ import annotations

import click
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.cli.door_arguments import DoorOptions, door_options

WORDS = st.text("abc-./_1é ", max_size=8)


@given(
    st.builds(
        DoorOptions,
        host=WORDS,
        port=st.integers(0, 65535),
        workers=st.integers(1, 64),
        prefix=WORDS,
        proxies=st.lists(WORDS, max_size=3).map(tuple),
        free_mib=st.integers(0, 9999),
        cookie_name=WORDS,
        cookie_domain=WORDS,
        access_log=st.booleans(),
    )
)
@settings(max_examples=50, deadline=None)
def test_what_is_handed_on_is_read_as_it_was_said(said: DoorOptions) -> None:
    read: list[DoorOptions] = []

    @click.command()
    @door_options
    def command(*, door: DoorOptions) -> None:
        read.append(door)

    done = CliRunner().invoke(command, said.as_arguments())
    assert (done.exit_code, read) == (0, [said])
