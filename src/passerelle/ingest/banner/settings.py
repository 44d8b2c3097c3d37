"""What the banner says and asks: a file of the home folder, written from the policy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path

import msgspec

from passerelle.ingest.tag import Script, make_script
from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _

BANNER_FILE = "banner.json"
"""The file, in the home folder."""


class BannerPurpose(msgspec.Struct, frozen=True):
    """A purpose that visitors are asked about.

    Args:
        key: As the policy names it.
        label: What people call it, by language.
        categories: What the tag and other products call it.
    """

    key: str
    label: Mapping[str, str]
    categories: tuple[str, ...] = ()


class BannerSettings(msgspec.Struct, frozen=True):
    """What the banner says.

    Args:
        notice: The notice that it shows, by name and version; another one is asked about anew.
        months: How long an answer, of either kind, is kept.
        text: The notice, by language.
        purposes: What is asked.
    """

    notice: str
    months: int
    text: Mapping[str, str]
    purposes: tuple[BannerPurpose, ...]


def write_banner_settings(home: Path, settings: BannerSettings) -> Path:
    """Write the file that the collector reads, whole or not at all."""
    path = home / BANNER_FILE
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(settings))
    return beside.replace(path)


def read_banner_settings(home: Path) -> BannerSettings | None:
    """What the banner says; None before anybody has written it.

    Raises:
        Misconfigured: The file is not what was written.
    """
    try:
        return msgspec.json.decode((home / BANNER_FILE).read_bytes(), type=BannerSettings)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError:
        raise Misconfigured(
            _("The file {name} of the home folder cannot be read.").format(name=BANNER_FILE),
            hint=_("Write it again with: passerelle consent banner"),
        ) from None


def banner_script(settings: BannerSettings) -> Script:
    """The script with its settings in front."""
    return _script(msgspec.json.encode(settings))


@lru_cache(maxsize=4)
def _script(settings: bytes) -> Script:
    code = (resources.files(__package__) / "banner.min.js").read_bytes()
    # Inside a function the name is nobody else's; `<` cannot end a page's script element.
    safe = settings.replace(b"<", b"\\u003c")
    return make_script(b"(()=>{const SETTINGS=" + safe + b";" + code + b"})();\n")
