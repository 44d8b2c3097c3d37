"""What is inside a .gz or a .zip: one data file, found and checked before its first row is used.

Nothing is ever written to disk, so a name that points outside the archive could do no harm; it
is refused all the same, because no honest tool makes one.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, cast

from passerelle.files.bounded import BoundedStream
from passerelle.files.table import ReadLimits
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_BLOCK = 1 << 20
_ENCRYPTED = 0x1
_AES = 99
_MAX_MEMBERS = 10_000


@dataclass(frozen=True)
class Payload:
    """The bytes to read, out of their wrapping, as often as needed."""

    name: str
    open: Callable[[], IO[bytes]]
    wrapped: tuple[str, ...] = ()

    def head(self, size: int) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return read_exactly(stream, size)

    def read_whole(self, limits: ReadLimits) -> bytes:
        """All the bytes, for formats that cannot be streamed.

        Raises:
            InvalidInput: There are more than `max_held_bytes`.
        """
        with self.open() as stream:
            content = read_exactly(stream, limits.max_held_bytes + 1)
        if len(content) > limits.max_held_bytes:
            raise InvalidInput(
                _(
                    "This format must be held in memory whole, and the file is over {size} MiB."
                ).format(size=limits.max_held_bytes >> 20),
                hint=_("Save it as CSV, JSON Lines or Parquet, which are read in pieces."),
            )
        return content


def read_exactly(stream: IO[bytes], size: int) -> bytes:
    """`size` bytes, fewer only at the end of the stream."""
    parts = []
    while size and (block := stream.read(min(size, _BLOCK))):
        parts.append(block)
        size -= len(block)
    return b"".join(parts)


def unpack_gzip(outer: Payload, limits: ReadLimits) -> Payload:
    """The content of a .gz, checked to its end."""

    def open_inside() -> IO[bytes]:
        packed = outer.open()
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=packed))
        return _bounded(_closing(stream, packed), packed.tell, limits)

    inside = Payload(outer.name.removesuffix(".gz"), open_inside, (*outer.wrapped, "gzip"))
    _read_through(inside)
    return inside


def unpack_zip(
    path: Path, limits: ReadLimits, *, member: str | None, password: str | None
) -> Payload:
    """The one data file of a .zip, or the one named `member`, checked to its end."""
    info = _choose(_members(path), member)
    secret = _secret(info, password)

    def open_inside() -> IO[bytes]:
        archive = zipfile.ZipFile(path)
        try:
            stream = archive.open(info, pwd=secret)
        except RuntimeError as error:  # how zipfile says that the password is wrong
            archive.close()
            raise _wrong_password() from error
        packed = archive.fp
        return _bounded(_closing(stream, archive), packed.tell if packed else lambda: 1, limits)

    inside = Payload(PurePosixPath(info.filename).name, open_inside, ("zip",))
    if info.file_size > limits.max_expanded_bytes:
        raise InvalidInput(
            _(
                "The archive says its file is {size} MiB once unpacked, above the limit of {limit}."
            ).format(size=info.file_size >> 20, limit=limits.max_expanded_bytes >> 20),
            hint=_("If you trust it, unpack it yourself and import the file inside."),
        )
    try:
        _read_through(inside)
    except InvalidInput as error:
        if secret is not None and isinstance(error.__cause__, zipfile.BadZipFile):
            raise _wrong_password() from error  # one wrong password in 256 passes the first check
        raise
    return inside


def _read_through(payload: Payload) -> None:
    with payload.open() as stream:
        while stream.read(_BLOCK):
            pass


def _bounded(source: IO[bytes], packed: Callable[[], int], limits: ReadLimits) -> IO[bytes]:
    return io.BufferedReader(BoundedStream(source, packed, limits), _BLOCK)


def _closing(stream: IO[bytes], also: IO[bytes] | zipfile.ZipFile) -> IO[bytes]:
    """The stream, made to close what it was opened from."""
    close = stream.close

    def close_both() -> None:
        close()
        also.close()

    stream.close = close_both  # type: ignore[method-assign]
    return stream


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidInput(
            _("The archive {name} is damaged or cut off.").format(name=path.name),
            hint=_("Copy or download it again, completely."),
        ) from error
    if len(members) > _MAX_MEMBERS:
        raise InvalidInput(
            _("The archive holds {count} files.").format(count=len(members)),
            hint=_("Unpack it yourself and import the file you need."),
        )
    if any(_leads_outside(info.filename) for info in members):
        raise InvalidInput(
            _("The archive holds a file whose name leads out of it ('..' or an absolute path)."),
            hint=_("No honest tool makes such an archive: ask where it comes from."),
        )
    return [info for info in members if _is_data(info)]


def _leads_outside(name: str) -> bool:
    windows = PureWindowsPath(name)
    return ".." in windows.parts or bool(windows.drive) or name.startswith(("/", "\\"))


def _is_data(info: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(info.filename)
    return not (info.is_dir() or name.parts[0] == "__MACOSX" or name.name.startswith("."))


def _choose(members: list[zipfile.ZipInfo], wanted: str | None) -> zipfile.ZipInfo:
    names = [info.filename for info in members]
    if wanted is not None:
        for info in members:
            if wanted in (info.filename, PurePosixPath(info.filename).name):
                return info
        raise InvalidInput(
            _("The archive holds no file named {name!r}.").format(name=wanted),
            hint=_("It holds: {names}").format(names=", ".join(names[:20])),
        )
    if not members:
        raise InvalidInput(
            _("The archive is empty."), hint=_("Check that the export had finished.")
        )
    if len(members) > 1:
        raise InvalidInput(
            _("The archive holds {count} files, and only one can be imported at a time.").format(
                count=len(members)
            ),
            hint=_("Name one with --sheet: {names}").format(names=", ".join(names[:20])),
        )
    return members[0]


def _secret(info: zipfile.ZipInfo, password: str | None) -> bytes | None:
    if not info.flag_bits & _ENCRYPTED:
        return None
    if info.compress_type == _AES:
        raise InvalidInput(
            _("The archive is encrypted with AES, which cannot be opened here."),
            hint=_("Unpack it with your own tool and import the file inside."),
        )
    if not password:
        raise InvalidInput(
            _("The archive is protected by a password."),
            hint=_("Give it with --password, or unpack the archive yourself."),
        )
    return password.encode()


def _wrong_password() -> InvalidInput:
    return InvalidInput(
        _("The password does not open the archive."),
        hint=_("Passwords tell capitals from small letters; ask whoever made the archive."),
    )
