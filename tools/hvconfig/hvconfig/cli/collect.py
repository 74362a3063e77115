# SPDX-License-Identifier: GPL-2.0
"""The command collect."""

import argparse
import pathlib
from typing import Any


def add_commands(commands: Any) -> None:
    collect = commands.add_parser(
        "collect", help="write the platform of a machine; default: this machine"
    )
    source = collect.add_mutually_exclusive_group()
    source.add_argument("--dtb", metavar="FILE.dtb", help="read a device tree blob")
    source.add_argument(
        "--from",
        dest="archive_from",
        metavar="FILE.tar.gz",
        help="read an archive of --archive or gather.sh",
    )
    collect.add_argument(
        "--archive",
        metavar="OUT.tar.gz",
        help="also write the raw inputs to an archive",
    )
    collect.add_argument(
        "-o", "--output", metavar="OUT.yaml", help="default: standard output"
    )
    collect.add_argument("--name", help="name of the platform; default: the file's")
    collect.add_argument(
        "--ram",
        metavar="AT:SIZE",
        action="append",
        default=[],
        help="RAM, in place of the RAM that the machine reports; may be repeated",
    )
    collect.add_argument(
        "--spare-irqs",
        metavar="LIST",
        help="interrupts that no device is wired to, such as 240-248; the first is "
        "root's doorbell",
    )
    collect.add_argument(
        "--keep-dtb",
        action="store_true",
        help="store the device tree blob next to OUT.yaml, which refers to it",
    )
    collect.set_defaults(run=_collect)


def _collect(options: argparse.Namespace) -> int:
    from .accept import print_problems
    from .. import files
    from ..collect import command

    result = command.run(options)
    regular = {pathlib.Path(path): text for path, text in result.files.items()}
    for path in [x for x in regular if x.exists() and not x.is_file()]:
        # Special files, such as /dev/stdout, cannot be replaced atomically.
        files.write(str(path), regular.pop(path))
    files.write_all(regular)
    if not options.output:
        print(result.text, end="")
    print_problems(result.problems, as_json=False)
    return 1 if any(problem.is_error for problem in result.problems) else 0
