"""One number for a set of quads that changes with each of them, and with no other order."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

_BYTES: Final = 32
_MODULUS: Final = 1 << (8 * _BYTES)


@dataclass(frozen=True)
class Digest:
    """The number of quads, and the sum of their hashes (BLAKE2b of each line of N-Quads).

    What is added to a set or taken from it is added to its digest or taken from it, so that a
    small change of a large set costs little.
    """

    quads: int = 0
    total: int = 0

    def plus(self, lines: Iterable[bytes]) -> Self:
        """Return the digest of the set with `lines`, none of which was in it."""
        count, total = _sum(lines)
        return type(self)(self.quads + count, (self.total + total) % _MODULUS)

    def minus(self, lines: Iterable[bytes]) -> Self:
        """Return the digest of the set without `lines`, all of which were in it."""
        count, total = _sum(lines)
        return type(self)(self.quads - count, (self.total - total) % _MODULUS)

    def __str__(self) -> str:
        """Return the sum in hexadecimal."""
        return f"{self.total:0{2 * _BYTES}x}"


def _sum(lines: Iterable[bytes]) -> tuple[int, int]:
    count = total = 0
    for line in lines:
        count += 1
        total += int.from_bytes(blake2b(line, digest_size=_BYTES).digest(), "big")
    return count, total
