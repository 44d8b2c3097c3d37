"""A Merkle tree that grows: one hash stands for all entries so far.

Source: RFC 6962, section 2.1: a leaf is hashed after a byte 0, two nodes after a byte 1, and the
left of two parts holds the largest power of two.
"""

from __future__ import annotations

from hashlib import sha256


class GrowingTree:
    """The tree of the leaves that were added, in their order.

    >>> tree = GrowingTree()
    >>> tree.root()[:8]
    'e3b0c442'
    """

    def __init__(self) -> None:
        self.size = 0
        self._full: list[tuple[int, bytes]] = []  # roots of full parts, with their leaves

    def add(self, leaf: bytes) -> None:
        """Add a leaf at the right."""
        leaves, node = 1, sha256(b"\0" + leaf).digest()
        while self._full and self._full[-1][0] == leaves:
            node = _joined(self._full.pop()[1], node)
            leaves *= 2
        self._full.append((leaves, node))
        self.size += 1

    def root(self) -> str:
        """The hash of the whole tree, in hexadecimal; of no leaf, that of nothing."""
        if not self._full:
            return sha256().hexdigest()
        node = self._full[-1][1]
        for _leaves, left in reversed(self._full[:-1]):
            node = _joined(left, node)
        return node.hex()


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
