# SPDX-License-Identifier: GPL-2.0
"""Reads and writes numbers in the forms that people use: 0xb9000000, 16M, 48-51."""

import re

_FACTORS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(r"(0[xX][0-9a-fA-F]{1,32}|[0-9]{1,32})([KMGT]?)(?:i?B)?")
_IRQS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


def parse_size(value: int | str) -> int:
    """The number of bytes (or address) of 4096, "0x1000", "64K", "16M" or "1GiB".

    Raises ValueError for anything else.
    """
    if isinstance(value, int):
        return value
    match = _SIZE.fullmatch(value)
    if not match:
        raise ValueError(f"'{value}' is not a size")
    return parse_number(match[1]) * _FACTORS[match[2]]


def parse_number(text: str) -> int:
    """Decimal, or hexadecimal with the prefix 0x; "010" is ten."""
    return int(text, 16 if text[:2] in ("0x", "0X") else 10)


def parse_irqs(value: int | str) -> tuple[int, int]:
    """First interrupt and count of 27, "27" or "48-51".

    Raises ValueError for anything else, such as a descending range.
    """
    if isinstance(value, int):
        return value, 1
    match = _IRQS.fullmatch(value)
    if not match:
        raise ValueError(f"'{value}' is neither an interrupt nor a range of them")
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise ValueError(f"the range '{value}' ends before it starts")
    return first, last - first + 1


def format_size(size: int) -> str:
    """The shortest exact form: 16M, 68K; hexadecimal if it is no multiple of 1K."""
    for unit in "TGMK":
        if size and size % _FACTORS[unit] == 0:
            return f"{size // _FACTORS[unit]}{unit}"
    return f"{size:#x}" if size > 9 else str(size)


def about_size(size: int) -> str:
    """The exact form if it is short, else one rounded to a tenth: 1916M, ≈511.9G"""
    exact = format_size(size)
    if len(exact) <= 6:
        return exact
    unit = next(unit for unit in "TGMK" if size >= _FACTORS[unit])
    return f"≈{size / _FACTORS[unit]:.1f}".removesuffix(".0") + unit


def format_range(start: int, size: int) -> str:
    """First and last address."""
    return f"{start:#x}-{start + size - 1:#x}"


def format_irqs(first: int, count: int) -> int | str:
    """The inverse of parse_irqs()."""
    return first if count == 1 else f"{first}-{first + count - 1}"


def join_irqs(numbers: list[int]) -> str:
    """ "32, 34 and 35-38" from sorted numbers."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][0] + ranges[-1][1]:
            ranges[-1][1] += 1
        else:
            ranges.append([number, 1])
    return join([str(format_irqs(first, count)) for first, count in ranges])


def join(names: list[str]) -> str:
    """ "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
