"""Long lists in parts: which one the address asks for, and the addresses of the others."""

from dataclasses import dataclass
from typing import Final

from werkzeug.exceptions import BadRequest, NotFound

from cstokg.web.http.parameters import Parameters

MAX_SIZE: Final = 1000
"""How many items one part may have."""


@dataclass(frozen=True)
class Part:
    """One part of a list of `total` items; `number` counts from 1."""

    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many parts there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """The place of the first item of this part, from 0."""
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        """The place after the last item of this part."""
        return min(self.start + self.size, self.total)

    @property
    def slice(self) -> slice:
        """The items of this part."""
        return slice(self.start, self.stop)


def read_part(values: Parameters, total: int, *, size: int) -> Part:
    """Return the part that `page` and `size` ask for, in parts of `size` where they say nothing.

    Raises BadRequest, and NotFound for a part after the last.
    """
    number = read_number(values, "page", 1, 10**9)
    part = Part(number, read_number(values, "size", size, MAX_SIZE), total)
    if number > part.count:
        raise NotFound(f"There is no page {number}: the last one is {part.count}.")
    return part


def read_number(values: Parameters, name: str, default: int, maximum: int) -> int:
    """Return the whole number from 1 to `maximum` of a parameter. Raises BadRequest."""
    text = values.get(name, "").strip()
    if not text:
        return default
    # Only ASCII digits: int() reads those of other scripts too, and underscores.
    if not (text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= maximum):
        raise BadRequest(f"{name!r} is a whole number from 1 to {maximum}, not {text[:40]!r}.")
    return int(text)
