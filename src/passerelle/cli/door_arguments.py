"""How a collector is to be run, for every command that runs one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps

import click

from passerelle.kernel.language import N_


@dataclass(frozen=True)
class DoorOptions:
    """What was said of the collector; fields are named after `CollectorOptions`, sizes in MiB."""

    host: str
    port: int
    workers: int
    prefix: str
    proxies: tuple[str, ...]
    free_mib: int
    cookie_name: str
    cookie_domain: str
    access_log: bool

    def as_arguments(self) -> list[str]:
        """The same, for a `passerelle collect serve` in another process."""
        valued = {
            "--host": self.host,
            "--port": self.port,
            "--workers": self.workers,
            "--prefix": self.prefix,
            "--keep-free": self.free_mib,
            "--cookie-name": self.cookie_name,
            "--cookie-domain": self.cookie_domain,
        }
        arguments = [f"{name}={value}" for name, value in valued.items()]
        arguments += [f"--trusted-proxy={proxy}" for proxy in self.proxies]
        return [*arguments, "--access-log"] if self.access_log else arguments


def door_options(run: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; it gets them together, as `door`."""

    @wraps(run)
    def gathered(*args: object, **given: object) -> None:
        door = DoorOptions(**{each.name: given.pop(each.name) for each in fields(DoorOptions)})  # type: ignore[arg-type]
        run(*args, door=door, **given)

    command: Callable[..., None] = gathered
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on.")
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8080,
        show_default=True,
        help=N_("Port to listen on; 0 takes any that is free, which is then said."),
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help=N_("Processes that share the work."),
    ),
    click.option(
        "--prefix",
        default="",
        metavar="PATH",
        help=N_("A neutral path under which all addresses work too, such as /collecte."),
    ),
    click.option(
        "--trusted-proxy",
        "proxies",
        multiple=True,
        metavar="ADDRESS",
        help=N_("A proxy whose X-Forwarded-For is believed; give it again for each."),
    ),
    click.option(
        "--keep-free",
        "free_mib",
        type=click.IntRange(min=0),
        default=256,
        show_default=True,
        help=N_("MiB of the disk that are left free: events are put off before it is full."),
    ),
    click.option(
        "--cookie-name",
        default="_v",
        show_default=True,
        help=N_("Name of the visitor's cookie, which the tag's answers set."),
    ),
    click.option(
        "--cookie-domain",
        default="",
        metavar="DOMAIN",
        help=N_("Domain of that cookie, such as example.fr; the collector's host unless given."),
    ),
    click.option(
        "--access-log",
        is_flag=True,
        help=N_("Note each request: method, route and status, and nothing of a person."),
    ),
)
