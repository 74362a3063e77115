# SPDX-License-Identifier: GPL-2.0
"""Collects the platforms in configs/ from device trees.

As a program it writes the files. It needs QEMU and the packages that ci/fetch gets:

    cd tools/hvconfig && python3 -m tests.boards
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
from typing import NamedTuple

from hvconfig.collect import command

from tests.helpers import SOURCE
from tests.trees import corpus

QEMU = "qemu-virt-arm64"
QEMU_MACHINE = (
    "qemu-system-aarch64 -M virt,virtualization=on,gic-version=3 -smp 4 -m 2G"
)


class Board(NamedTuple):
    source: str  # a blob of Debian's kernel package; empty: QEMU's own blob
    ram: tuple[str, ...] = ()
    spare: str = ""


BOARDS = {
    QEMU: Board("", spare="240-248"),
    "raspberry-pi-4": Board(
        "broadcom/bcm2711-rpi-4-b",
        ("0:0x3b400000", "0x40000000:0xbc000000"),
    ),
    "rk3399-rockpro64": Board("rockchip/rk3399-rockpro64", ("0x200000:0xf7e00000",)),
    "imx8mq-evk": Board("freescale/imx8mq-evk"),
    "ls1028a-rdb": Board(
        "freescale/fsl-ls1028a-rdb", ("0x80000000:0x7be00000", "0x2080000000:2G")
    ),
    "zynqmp-zcu102": Board("xilinx/zynqmp-zcu102-rev1.0"),
}


def platform_file(name: str) -> pathlib.Path:
    return SOURCE / "configs" / "platforms" / f"{name}.yaml"


def qemu_blob(path: pathlib.Path) -> None:
    """Writes the device tree blob of the emulated machine of the tests."""
    words = QEMU_MACHINE.replace(" -smp", f",dumpdtb={path} -smp").split()
    words += ["-cpu", "cortex-a57", "-nodefaults", "-display", "none"]
    subprocess.run(words, check=True, capture_output=True)


def blob(
    name: str, directory: pathlib.Path, kernel: str = "linux-6.12"
) -> pathlib.Path | None:
    """Returns the blob from which a platform is collected; None if it is missing."""
    if name == QEMU:
        path = directory / "qemu.dtb"
        qemu_blob(path)
        return path
    wanted = f"/{BOARDS[name].source}.dtb"
    return next((path for path in corpus(kernel) if str(path).endswith(wanted)), None)


def collected(name: str, source: pathlib.Path, archive: bool = False) -> str:
    """Returns the platform file that collect writes, without its first comment."""
    options = argparse.Namespace(
        dtb=None if archive else str(source),
        archive_from=str(source) if archive else None,
        archive=None,
        output=None,
        name=name,
        ram=list(BOARDS[name].ram),
        spare_irqs=BOARDS[name].spare,
        keep_dtb=False,
    )
    return command.run(options).text.partition("\n\n")[2]


def main() -> None:
    for name in BOARDS:
        path = platform_file(name)
        with tempfile.TemporaryDirectory() as directory:
            source = blob(name, pathlib.Path(directory))
            if source is None:
                sys.exit(f"{name}: its device tree is missing: run ci/fetch")
            head = path.read_text().partition("\n\n")[0]
            path.write_text(f"{head}\n\n{collected(name, source)}")


if __name__ == "__main__":
    main()
