# SPDX-License-Identifier: GPL-2.0
"""Commands that write files: new, build, header, dtb, cmdline, dump."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import files
from ..problems import ConfigError, Problem, Where, did_you_mean

if TYPE_CHECKING:
    from ..model import Cell, Platform, System
    from .new import Draft


def add_commands(commands: Any) -> None:
    """Adds the commands to the parser."""
    _add_new(commands)
    build = commands.add_parser(
        "build", help="write the blob, or all files of a system"
    )
    build.add_argument("system", metavar="SYSTEM.yaml")
    build.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT.bin|DIR/",
        help="the blob; or a directory for it, kernel arguments, the reserved-memory "
        "node, and headers or device trees of the cells",
    )
    add_dtb_option(build)
    build.set_defaults(run=_build)

    header = commands.add_parser("header", help="write a C header for a cell's program")
    header.add_argument("system", metavar="SYSTEM.yaml")
    header.add_argument("cell", metavar="CELL")
    header.add_argument(
        "-o", "--output", metavar="FILE.h", help="default: standard output"
    )
    header.set_defaults(run=_header)

    dtb = commands.add_parser("dtb", help="write a cell's device tree")
    dtb.add_argument("system", metavar="SYSTEM.yaml")
    dtb.add_argument("cell", metavar="CELL")
    dtb.add_argument("-o", "--output", required=True, metavar="FILE.dtb")
    add_dtb_option(dtb)
    dtb.set_defaults(run=_dtb)

    cmdline = commands.add_parser(
        "cmdline", help="print the kernel arguments for the root Linux"
    )
    cmdline.add_argument("system", metavar="SYSTEM.yaml")
    cmdline.set_defaults(run=_cmdline)

    dump = commands.add_parser("dump", help="print a binary blob as YAML")
    dump.add_argument("blob", metavar="BLOB")
    dump.set_defaults(run=_dump)


def add_dtb_option(command: argparse.ArgumentParser) -> None:
    """Adds the option that lets commands check or write device trees of cells."""
    command.add_argument(
        "--dtb",
        metavar="FILE.dtb",
        help="the machine's device tree, in place of the platform's",
    )


_NEW = """\
A cell is NAME:WHAT,WHAT...; WHAT is one of
  cpus=2-3            its CPUs; default: the last free one
  ram=16M             default: 16M, for Linux 256M; several pieces: 16M+64K
  console             an emulated UART
  devices=uart1+can0  devices of the platform
  irq_mode=direct     interrupts without exits; default: list
  shared=root:64K     memory shared with root or another cell; several with +
  linux               it runs Linux
  image               keep a copy of its RAM, for resets
  not_with=other      cells that never exist at the same time, or all
Without --cell, hvconfig asks."""


def _add_new(commands: Any) -> None:
    new = commands.add_parser(
        "new",
        help="write a first system for a platform",
        epilog=_NEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    new.add_argument("platform", metavar="PLATFORM.yaml")
    new.add_argument("--cell", action="append", metavar="NAME:WHAT,...", default=[])
    new.add_argument(
        "--name", help="name of the system; default: derived from the platform's"
    )
    new.add_argument(
        "--root-irq-mode",
        choices=("list", "direct"),
        help="delivery of interrupts to root; default: list",
    )
    new.add_argument(
        "-o", "--output", metavar="SYSTEM.yaml", help="default: standard output"
    )
    new.add_argument("--force", action="store_true", help="replace the file")
    new.set_defaults(run=_new)


def _new(options: argparse.Namespace) -> int:
    from . import ask, new
    from ..read import platform
    from ..problems import Report

    if options.output and Path(options.output).is_file() and not options.force:
        raise _refusal(options.output, "already exists; --force replaces it")
    if not Path(options.output or "x").parent.is_dir():
        raise _refusal(options.output, "can't be written: there is no such directory")
    report = Report()
    machine = platform.load_platform(options.platform, report)
    report.raise_errors()
    assert machine is not None
    try:
        name, mode, drafts = _wanted(options, machine)
        new.choose_cpus(machine, drafts)
    except new.Bad as bad:
        raise _refusal("", str(bad)) from None
    except ask.CutOff:
        raise _refusal("", "no answer; nothing is written") from None
    file = options.output or "system.yaml"
    directory = Path(file).parent
    path, schema = Path(options.platform), new.SCHEMA
    text = new.render(
        name, new.nearby(path, directory), drafts, mode, new.nearby(schema, directory)
    )
    for problem in new.checked(text, file, drafts):
        print(problem, file=sys.stderr)
    _put(options.output, text)
    return 0


def _wanted(
    options: argparse.Namespace, machine: "Platform"
) -> tuple[str, str, list["Draft"]]:
    from . import ask, new

    name = options.name or new.name_from(machine.name)
    if options.cell:
        cells = [_parsed(text) for text in options.cell]
        names = [cell.name for cell in cells]
        twice = [x for x in names if names.count(x) > 1 or x == "root"]
        if twice:
            raise new.Bad(f"there is already a cell '{twice[0]}'")
        return new.parse_name(name), options.root_irq_mode or "list", cells
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        raise new.Bad("no cells are given; use --cell, as in --cell rt:ram=16M,console")
    return ask.system(machine, name)


def _parsed(text: str) -> "Draft":
    from . import new

    try:
        return new.parse_cell(text)
    except new.Bad as bad:
        raise _refusal(f"--cell {text}", str(bad)) from None


def _refusal(file: str, message: str) -> ConfigError:
    return ConfigError([Problem(Where(file), "" if file else "hvconfig", message)])


def _put(output: str | None, text: str) -> None:
    if output:
        files.write(output, text.encode())
    else:
        print(text, end="")


def _system(path: str, dtb: str | None = None) -> "System":
    from .accept import accepted

    return accepted(path, dtb)


def _build(options: argparse.Namespace) -> int:
    from ..write import blob, outputs
    from ..check.platform import refuse_unsupported

    system = _system(options.system, options.dtb)
    refuse_unsupported(system.platform)
    target = Path(options.output)
    if not target.is_dir() and not options.output.endswith("/"):
        files.write(options.output, blob.encode(system))
        return 0
    contents = outputs.everything(system)
    target.mkdir(exist_ok=True)
    files.write_all({target / name: content for name, content in contents.items()})
    for name in contents:
        print(os.path.join(options.output, name))
    return 0


def _find_cell(system: "System", options: argparse.Namespace) -> "Cell":
    names = [cell.name for cell in system.cells]
    if options.cell not in names:
        hint = did_you_mean(options.cell, names)
        where = Where(options.system)
        raise ConfigError([Problem(where, options.cell, "there is no such cell", hint)])
    return system.cells[names.index(options.cell)]


def _header(options: argparse.Namespace) -> int:
    from ..write import header

    system = _system(options.system)
    _put(options.output, header.render(system, _find_cell(system, options)))
    return 0


def _dtb(options: argparse.Namespace) -> int:
    from ..arch import arch_of
    from ..write import cell_tree

    system = _system(options.system, options.dtb)
    cell = _find_cell(system, options)
    if not arch_of(system.platform).has_device_tree:
        message = (
            "has no device tree on this architecture: "
            "hvctl cell linux writes ACPI tables when it starts the cell"
        )
        raise ConfigError([Problem(Where(options.system), cell.name, message)])
    files.write(options.output, cell_tree.encode(system, cell))
    return 0


def _cmdline(options: argparse.Namespace) -> int:
    from ..write import cmdline

    print(cmdline.render(_system(options.system)))
    return 0


def _dump(options: argparse.Namespace) -> int:
    from ..show import dump
    from ..read import unblob
    from ..files import read_file

    content = read_file(options.blob, unblob.MAX_BYTES)
    print(dump.render(unblob.decode(content, options.blob)), end="")
    return 0
