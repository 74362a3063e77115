# SPDX-License-Identifier: GPL-2.0
"""The rate of the host's time stamp counter, which QEMU's emulated CPUs read.

On a busy host a Linux that calibrates it by emulated timers can find a wrong rate, down
to a twentieth.
"""

import ctypes
import functools
import mmap
import platform
import time
from collections.abc import Callable

# rdtsc; shl $32, %rdx; or %rdx, %rax; ret
_CODE = bytes.fromhex("0f31 48c1e220 4809d0 c3")
_SECONDS = 0.05


def _counter() -> Callable[[], int]:
    page = mmap.mmap(
        -1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    )
    page.write(_CODE)
    place = ctypes.addressof(ctypes.c_char.from_buffer(page))
    function = ctypes.CFUNCTYPE(ctypes.c_uint64)(place)
    # the lambda refers to the page, so it stays mapped
    return lambda: int(function() if page else 0)


def _both(counter: Callable[[], int]) -> tuple[int, int]:
    """Returns the time in ns and the counter, read together.

    Of several tries the fastest one counts.
    """
    tries = []
    for _ in range(20):
        before = time.monotonic_ns()
        value = counter()
        after = time.monotonic_ns()
        tries.append((after - before, (before + after) // 2, value))
    return min(tries)[1:]


@functools.cache
def host_tsc_khz() -> int:
    """Returns kHz, rounded to MHz: Linux refines the rate. 0: the host is no x86, or
    does not allow executable data."""
    if platform.machine() != "x86_64":
        return 0
    try:
        counter = _counter()
    except PermissionError:
        return 0
    first = _both(counter)
    time.sleep(_SECONDS)
    last = _both(counter)
    return round((last[1] - first[1]) / (last[0] - first[0]) * 1000) * 1000
