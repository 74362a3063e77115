# SPDX-License-Identifier: GPL-2.0
"""The steps of the demo with a second Linux: make demo DEMO=linux."""

from bulkhead.hv import Hv, console_head
from bulkhead.linux_cell import FILES
from demo.step import ONLINE, Step
from machine.board import Board
from machine.qemu import Machine
from machine.wait import until

LINUX = f"hvctl cell linux linux/linux --kernel {FILES}/vmlinuz --initrd {FILES}/initrd"


CONSOLE = "hvctl cell console linux 2>/dev/null | tr -d '\\r'"


def _enter(line: str) -> str:
    """Returns a command that types a line on the cell's console."""
    return f"echo '{line}' | hvctl cell console --attach linux >/dev/null"


def _type(line: str, wait: str) -> str:
    """The same; waits for matching output and shows the last lines."""
    seen = f"{CONSOLE} | tail -n 4 | grep -q '{wait}'"
    return f"{_enter(line)}; until {seen}; do sleep 1; done; {CONSOLE} | tail -n 6"


def _booted() -> str:
    """Waits for user space after another boot: each boot prints a line of its own."""
    last = f"{CONSOLE} | grep 'user space' | tail -n 1"
    another = '[ "$line" ] && [ "$line" != "$booted" ]'
    return (
        f"until line=$({last}); {another}; do sleep 1; done; "
        'booted=$line; echo "$line"'
    )


def linux_steps(board: Board) -> list[Step]:
    arguments = f"'console={board.tty} panic=1 bulkhead.name=second'"
    return [
        Step(
            "The root Linux: a stock Debian kernel", "uname -r; hostname; nproc", "^4$"
        ),
        Step("Its memory", "grep MemTotal /proc/meminfo"),
        Step("Load the module", "insmod /lib/modules/bulkhead.ko"),
        Step("Move all CPUs under the hypervisor", "hvctl enable linux", "is enabled"),
        Step(
            "The same kernel again, in a cell with two CPUs and 192 MiB",
            f"{LINUX} --cmdline {arguments}",
            "Linux starts in cell",
        ),
        Step("Wait for its user space", _booted(), "user space", timeout=120),
        Step(
            "Its kernel, name, CPUs and memory, by commands on its console",
            _type(
                "uname -r; hostname; nproc; grep MemTotal /proc/meminfo", "^MemTotal"
            ),
            "^second$",
        ),
        Step("The root Linux has two CPUs left", ONLINE, "^0-1$"),
        Step("List the cells", "hvctl cell list", "linux +running"),
        Step(
            "The second Linux panics; root is not affected",
            f"{_enter('echo c >/proc/sysrq-trigger')}; uptime",
        ),
        Step("It reboots from its snapshot", _booted(), timeout=120),
        Step(
            "It powers itself off",
            f"{_enter('poweroff -f')}; until hvctl cell list | grep -q 'shut down'; "
            "do sleep 1; done; hvctl cell list",
            "shut down",
        ),
        Step(
            "Start it again", f"{LINUX} --cmdline {arguments}", "Linux starts in cell"
        ),
        Step("Wait for its user space again", _booted(), "user space", timeout=120),
        Step(
            "It counts on its console",
            _type("(while :; do echo still here; sleep 1; done) &", "still here"),
            "still here",
        ),
    ]


def outlive_root(machine: Machine) -> str:
    """Makes root panic, and waits until the cell's console, read from physical memory,
    has more output. Returns a sentence about it."""
    hv = Hv.of(machine)
    hv.system = hv.load("linux")
    machine.end_by("echo c >/proc/sysrq-trigger")
    machine.console.wait_for_kernel("Kernel panic - not syncing", 60)
    first = console_head(hv)
    last = until("more output of the cell", lambda: _more(hv, first + 50))
    return f"root has panicked; the cell has printed {last - first} more characters"


def _more(hv: Hv, least: int) -> int | None:
    head = console_head(hv)
    return head if head > least else None
