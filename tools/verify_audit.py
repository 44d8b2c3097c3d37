#!/usr/bin/env python3
"""Check an export of passerelle's audit log without passerelle: python3 verify_audit.py FOLDER.

Needs Python 3.9 or later and the package `cryptography`. Exit status 0: nothing was changed, put
in, taken out, moved or cut off since each head was signed. 1: the first bad record is named.
The key is FOLDER/public.pem; give the copy that you received by another way as second argument.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

COVERED = ("number", "entry_id", "happened_at", "actor", "action", "subjects", "detail")


def entry_hash(previous: str, entry: dict[str, Any]) -> str:
    """SHA-256 of the hash before and of the entry as compact JSON."""
    text = json.dumps([entry[name] for name in COVERED], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous.encode() + text.encode()).hexdigest()


def merkle_root(leaves: list[bytes]) -> bytes:
    """The root of RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256().digest()
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2])  # noqa: B905 - Python 3.9 knows no strict
        joined = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        level = joined + level[len(joined) * 2 :]
    return level[0]


def read_lines(path: pathlib.Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, a line each; an unreadable one is empty."""
    for line in path.read_bytes().splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            found = {}
        yield found if isinstance(found, dict) else {}


def read_leaves(folder: pathlib.Path, size: int) -> list[bytes]:
    """The hashes of the first entries, as far as their chain holds."""
    leaves: list[bytes] = []
    previous = "0" * 64
    for path in sorted(folder.glob("entries-*.jsonl")):
        for entry in read_lines(path):
            try:
                follows = (
                    entry["number"] == len(leaves) + 1
                    and entry["previous_hash"] == previous
                    and entry["hash"] == entry_hash(previous, entry)
                )
            except KeyError:
                follows = False
            if len(leaves) == size or not follows:
                return leaves
            previous = entry["hash"]
            leaves.append(bytes.fromhex(previous))
    return leaves


def is_signed(key: Ed25519PublicKey, head: dict[str, Any]) -> bool:
    """Whether the head's text is what was signed."""
    text = "passerelle audit head {size} {root} {signed_at}".format(**head)
    try:
        key.verify(bytes.fromhex(head["signature"]), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def first_problem(folder: pathlib.Path, key: Ed25519PublicKey) -> str:
    """What is wrong, in words; nothing if all is well."""
    heads = list(read_lines(folder / "heads.jsonl"))
    leaves = read_leaves(folder, max((head.get("size", 0) for head in heads), default=0))
    good = 0
    for head in heads:
        if set(head) != {"size", "root", "signed_at", "signature"} or not is_signed(key, head):
            return f"the head after {good} records was not signed with this key"
        if head["size"] > len(leaves):
            return f"record {len(leaves) + 1} is not what was written, or is missing"
        if merkle_root(leaves[: head["size"]]).hex() != head["root"]:
            return f"a record from {good + 1} to {head['size']} is not what was signed"
        good = head["size"]
    return ""


def main(arguments: list[str]) -> int:
    """Check the folder and say what was found."""
    if len(arguments) not in (1, 2):
        print((__doc__ or "").splitlines()[0])
        return 2
    folder = pathlib.Path(arguments[0])
    pem = pathlib.Path(arguments[1]) if len(arguments) > 1 else folder / "public.pem"
    key = load_pem_public_key(pem.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        print("The key is no Ed25519 key.")
        return 2
    problem = first_problem(folder, key)
    print(problem or "The export is whole.")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
