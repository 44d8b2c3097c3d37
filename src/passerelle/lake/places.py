"""Where a lake is kept: a folder of this machine, or a URL of an object storage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _

_UNUSABLE = "[]%\\"  # delta-rs writes a path as a URL and stumbles when it reads these back
_SCHEMES = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss")
_CONTAINER_AT_ACCOUNT = ("abfs", "abfss")
# About five seconds in all, where the library's own ten and three minutes look like a command
# that hangs. Whoever waits longer runs the command again.
MAX_RETRIES, RETRY_SECONDS = 6, 60


@dataclass(frozen=True)
class Place:
    """A folder, or the URL of an object storage when `folder` is None."""

    name: str
    folder: Path | None

    def table_uri(self, table: str) -> str:
        """Where one table is."""
        if self.folder is None:
            return f"{self.name.rstrip('/')}/{table}"
        return str(self.folder / table)

    @property
    def options(self) -> dict[str, str] | None:
        """How the storage is spoken to; keys and addresses come from its own variables."""
        if self.folder is not None:
            return None
        return {"max_retries": str(MAX_RETRIES), "retry_timeout": f"{RETRY_SECONDS}s"}


def read_place(location: str) -> Place:
    """The place behind a path, a `file://` URL or the URL of an object storage.

    Raises:
        Misconfigured: No lake can be kept there.
    """
    if "://" not in location:
        return Place(location, _usable(Path(location).expanduser().absolute()))
    parts = urlsplit(location)
    if parts.scheme == "file":
        return Place(location, _usable(Path(unquote(parts.path))))
    if parts.scheme not in _SCHEMES:
        raise Misconfigured(
            _("PASSERELLE_LAKE_URL begins with {scheme}://, which no lake can be kept on.").format(
                scheme=parts.scheme
            ),
            hint=_("Give a folder, or a URL that begins with s3://, gs:// or abfss://."),
        )
    _refuse_unusable_url(location)
    return Place(location, None)


def _refuse_unusable_url(location: str) -> None:
    scheme, _separator, rest = location.partition("://")
    if scheme in _CONTAINER_AT_ACCOUNT:
        rest = rest.replace("@", "", 1)
    # The URL is printed later, and a secret may have a slash: a key is looked for in all of it.
    if any(sign in rest for sign in "@:?#"):
        raise Misconfigured(
            _("PASSERELLE_LAKE_URL holds more than a bucket and a folder."),
            hint=_(
                "Give keys in the storage's own variables, such as AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY."
            ),
        )
    if rest.startswith("/") or not rest:
        raise Misconfigured(
            _("PASSERELLE_LAKE_URL names no bucket."),
            hint=_("Write it as s3://BUCKET/FOLDER."),
        )


def _usable(folder: Path) -> Path:
    if any(letter in str(folder) for letter in _UNUSABLE):
        raise Misconfigured(
            _("The lake cannot be kept at {place}: its name has one of {letters}").format(
                place=folder, letters=" ".join(_UNUSABLE)
            ),
            hint=_("Set PASSERELLE_HOME or PASSERELLE_LAKE_URL to a folder with a simpler name."),
        )
    return folder
