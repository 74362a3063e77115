# SPDX-License-Identifier: GPL-2.0
"""A Linux in a cell: the machine's own kernel with a busybox user land."""

import itertools
import re
from typing import Any

from bulkhead.hv import Hv
from machine.config import Config
from machine.errors import MachineError
from machine.paths import SOURCE
from machine.wait import until

FILES = "/lib/bulkhead/linux"
READY = "cell: user space, boot "
# Newer kernels read a register of AMD's chipset (docs/arch/x86-64.md).
_WITHOUT = "initcall_blacklist=print_s5_reset_status_mmio"
ARGUMENTS = f"console={{tty}} panic=1 {_WITHOUT} bulkhead.agent"
# numbers the answers: earlier ones are still on the console
_ASKED = itertools.count(1)
# Words of kernel messages about something wrong or missing.
TROUBLE = "error|fail|warn|unable|cannot|not found|invalid\\b|bug:|call trace"


def documented() -> re.Pattern[str]:
    """The lines that the documents of both architectures expect in Linux's log.

    In the documents "0x..." stands for any number.
    """
    lines: list[str] = []
    for manual in sorted((SOURCE / "docs" / "arch").glob("*.md")):
        text = manual.read_text().partition("\n### What its log says\n")[2]
        chapter = re.split(r"\n##+ ", text, maxsplit=1)[0]
        for block in chapter.split("```\n")[1::2]:
            lines += block.splitlines()
    patterns = [
        re.escape(line).replace(re.escape("0x..."), "0x[0-9a-f]+") for line in lines
    ]
    return re.compile(f"({'|'.join(patterns)})$")


def linux_config(config: Config) -> Config:
    """Adds a kernel and an initrd for cells to the machine's root file system."""
    return config.with_changes(
        kernel_arguments=config.board.linux_arguments,
        initrd=config.built_initrd("-linux"),
    )


def exits_of(stats: dict[str, Any]) -> dict[str, int]:
    """Sums the exits of all CPUs by reason, from "hvctl cell stats --json"."""
    found: dict[str, int] = {}
    for cpu in stats["cpus"]:
        for reason, number in cpu["exits"].items():
            found[reason] = found.get(reason, 0) + number
    return found


class LinuxCell:
    def __init__(
        self,
        hv: Hv,
        name: str,
        initrd: str = f"{FILES}/initrd",
        more: str = "",
        system: str = "linux",
    ) -> None:
        self.hv = hv
        self.name = name
        self._system = system
        self._initrd = initrd
        tty = hv.machine.config.board.tty
        self._arguments = f"{ARGUMENTS.format(tty=tty)} {more}".strip()

    def command(self, options: str = "") -> str:
        """Returns the arguments of hvctl that start the cell."""
        files = f"--kernel {FILES}/vmlinuz --initrd {self._initrd}"
        return f"cell linux {self._system}/{self.name} {files} {options}".strip()

    def start(self, options: str = "") -> None:
        before = self._boots()
        self.hv.ok(self.command(f"--cmdline '{self._arguments}' {options}"))
        self._wait_boot(before)

    def ensure(self) -> None:
        """Starts the cell unless it is running."""
        cells = {cell["name"]: cell["state"] for cell in self.hv.cells()}
        if cells.get(self.name) != "running":
            self.hv.destroy_all()
            self.start()

    def again(self, command: str) -> None:
        """Types a command that makes the cell reboot, and waits for its user space."""
        before = self._boots()
        self.type(command)
        self._wait_boot(before)

    def console(self, look_for: str = "cat") -> str:
        """Returns the cell's output, through a filter that runs in the machine."""
        show = f"hvctl cell console --raw {self.name} 2>/dev/null | tr -d '\\r'"
        # "[" becomes "{", so that Console does not take the lines for root's messages.
        return self.hv.machine.check(f"{show} | {look_for} | sed 's/^\\[/{{/'")

    def type(self, line: str) -> None:
        self.hv.machine.put("/tmp/typed", line.encode() + b"\n")
        attach = f"hvctl cell console --attach {self.name}"
        self.hv.machine.check(f"{attach} </tmp/typed >/dev/null 2>&1")

    def ask(self, command: str, timeout: float = 60) -> str:
        """Types a command and returns its output."""
        mark = f"answer-{next(_ASKED)}"
        show = f"echo; echo {mark}=; cat /tmp/a; echo =end"
        self.type(f"{{ {command}; }} >/tmp/a 2>&1; {show}")
        pattern = re.compile(rf"^{mark}=\n(.*?)\n?=end$", re.MULTILINE | re.DOTALL)
        found = until(
            f"answer of {self.name} to {command!r}",
            lambda: pattern.search(self.console(f"sed -n '/^{mark}=/,/^=end/p'")),
            timeout,
        )
        return found.group(1)

    def complaints(self) -> list[str]:
        """Returns the lines of the cell's log that contain a word of TROUBLE.

        Lines that the documents expect are left out.
        """
        lines = self.ask(f"dmesg | grep -iE '{TROUBLE}'").splitlines()
        expected = documented()
        return [line for line in lines if not expected.search(line)]

    def _boots(self) -> set[str]:
        """Returns the ids that the cell's boots printed on its console."""
        names = [cell["name"] for cell in self.hv.cells()]
        if self.name not in names:
            return set()
        return set(self.console(f"sed -n 's/^{READY}//p'").split())

    def _wait_boot(self, before: set[str]) -> None:
        def look() -> bool | None:
            state = self.hv.state(self.name)
            if state != "running":
                raise MachineError(f"{self.name} is {state}:\n{self.console()}")
            return bool(self._boots() - before) or None

        try:
            until(f"user space in {self.name}", look, 90)
        except MachineError as error:
            raise MachineError(f"{error}\n{self.console('tail -n 40')}") from error


__all__ = ["LinuxCell", "linux_config"]
