# SPDX-License-Identifier: GPL-2.0
"""The configuration of a machine, and the emulator's command line for it."""

import pathlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from machine.board import Board
from machine.boards.arm64 import VIRT
from machine.paths import BUILD
from machine.tsc import host_tsc_khz


class ConfigError(Exception):
    pass


@dataclass(frozen=True)
class Config:
    board: Board = VIRT
    kernel: str = "6.1"
    cpu: str = ""  # empty: the board's; also memory, machine, kernel_arguments
    smp: int = 4
    memory: str = ""
    machine: str = ""
    kernel_arguments: str = ""
    append: str = ""  # more kernel arguments
    args: Sequence[str] = field(default_factory=tuple)  # more QEMU arguments
    turns: bool = False  # emulate all CPUs in one thread of the host
    exact: bool = False  # count instructions; runs are repeatable to the byte
    image: pathlib.Path | None = None  # default: the stock kernel
    initrd: pathlib.Path | None = None  # default: the built root file system
    agent: bool = True  # the shell is for programs: no prompt, no echo
    snapshots: bool = False  # the user calls Machine.save() and restore()
    forbid_vmx: bool = False  # Bochs: the firmware locks VMX off
    firmware: str | None = None  # None: the board's; empty: the emulator's

    def __post_init__(self) -> None:
        for name in ("cpu", "memory", "machine", "kernel_arguments"):
            if not getattr(self, name):
                object.__setattr__(self, name, getattr(self.board, name))
        if self.firmware is None:
            object.__setattr__(self, "firmware", self.board.firmware)

    def with_changes(self, **changes: Any) -> "Config":
        return replace(self, **changes)

    @property
    def built(self) -> pathlib.Path:
        """The directory of what was built for this machine."""
        return BUILD / self.board.arch

    def built_initrd(self, content: str = "") -> pathlib.Path:
        """Returns a built root file system of this machine."""
        return self.built / f"initramfs{content}{self.board.flavour}-{self.kernel}.cpio"

    def files(self) -> tuple[pathlib.Path, pathlib.Path]:
        """Returns the kernel and its initramfs."""
        image = self.image or self.built / f"linux-{self.kernel}" / "vmlinuz"
        initrd = self.initrd or self.built_initrd()
        for path in (image, initrd):
            if not path.exists():
                arch = self.board.arch
                message = f"{path} is missing: run 'make ARCH={arch} rootfs'"
                raise ConfigError(message)
        return image, initrd

    def firmware_arguments(self) -> list[str]:
        """Returns the arguments that start the machine in the project's firmware."""
        image = self.built / "firmware.bin"
        if not image.exists():
            raise ConfigError(f"{image} is missing: run 'make firmware'")
        name = self.firmware or ""
        switches = self.board.firmwares.get(name, name)
        item = f"name=opt/bulkhead/firmware,string={switches}"
        return ["-bios", str(image), "-fw_cfg", item]

    def command_line(self) -> str:
        """Returns the kernel's command line."""
        words = [self.kernel_arguments, self.append]
        if self.board.host_tsc and not self.exact and (khz := host_tsc_khz()):
            words.append(f"tsc_early_khz={khz}")
        if self.agent:
            words.append("bulkhead.agent")
        if self.exact:
            words.append("nokaslr")
        return " ".join(word for word in words if word)

    def qemu_command(self) -> list[str]:
        image, initrd = self.files()
        machine = self.machine
        more = [text.format(memory=self.memory) for text in self.board.arguments]
        more += self.args
        if self.firmware:
            # Without ACPI: the devices are those of a machine without firmware.
            machine += ",secure=on,acpi=off"
            more += self.firmware_arguments()
        if self.turns or self.exact or self.board.always_turns:
            more += ["-accel", "tcg,thread=single"]
        if self.exact:
            machine += self.board.exact_machine
            more += ["-seed", "1"]
            more += ["-icount", "shift=0,sleep=off"]
            more += ["-rtc", "base=2024-01-01,clock=vm"]
        cpu = self.board.qemu_cpu(self.cpu)
        return [
            *(self.board.program, "-nodefaults", "-display", "none"),
            *("-M", machine, "-cpu", cpu, "-smp", str(self.smp), "-m", self.memory),
            *("-kernel", str(image), "-initrd", str(initrd)),
            *("-append", self.command_line()),
            *more,
        ]
