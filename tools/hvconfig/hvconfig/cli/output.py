# SPDX-License-Identifier: GPL-2.0
"""Commands that show and explain: draw, diff, explain."""

import argparse
from typing import TYPE_CHECKING, Any

from ..problems import ConfigError

if TYPE_CHECKING:
    from ..model import System


def add_commands(commands: Any) -> None:
    """Adds the commands to the parser."""
    draw = commands.add_parser("draw", help="show the partitioning, as SVG with -o")
    draw.add_argument("system", metavar="SYSTEM.yaml", help="or a blob")
    draw.add_argument(
        "-o", "--output", metavar="FILE.svg", help="default: tables on standard output"
    )
    draw.set_defaults(run=_draw)

    diff = commands.add_parser(
        "diff",
        help="show the changes between two systems",
        description="Exit code 0: no changes; 1: changes; 2: an error.",
    )
    diff.add_argument("old", metavar="OLD", help="YAML or blob")
    diff.add_argument("new", metavar="NEW", help="YAML or blob")
    diff.add_argument("--json", action="store_true", help="for programs")
    diff.set_defaults(run=_diff)

    explain = commands.add_parser(
        "explain", help="explain why a cell stopped, and what would allow the access"
    )
    explain.add_argument(
        "record",
        metavar="RECORD",
        help="output of hvctl cell list --json, a cell's directory in sysfs, or - "
        "(stdin)",
    )
    explain.add_argument(
        "-s",
        "--system",
        metavar="SYSTEM",
        help="YAML, blob or name; default: search by the cell's name",
    )
    explain.add_argument("-c", "--cell", metavar="CELL", help="explain this cell only")
    explain.set_defaults(run=_explain)


def _system(path: str) -> "System":
    """The system of a blob, or of YAML without errors."""
    from .accept import accepted
    from . import source

    return source.from_blob(path) if source.is_blob(path) else accepted(path)


def _draw(options: argparse.Namespace) -> int:
    from ..show import picture

    found = picture.compose(_system(options.system))
    if options.output:
        from ..show import draw_svg
        from .. import files

        files.write(options.output, draw_svg.render(found).encode())
    else:
        from ..show import draw_text

        draw_text.show(found)
    return 0


def _diff(options: argparse.Namespace) -> int:
    """Runs diff. The exit code is 1 if the systems differ and 2 for errors."""
    import json

    from .accept import print_problems
    from ..show import diff
    from . import source

    try:
        old, new = source.read(options.old), source.read(options.new)
    except ConfigError as error:
        print_problems(error.problems, options.json)
        return 2
    names = not (source.is_blob(options.old) or source.is_blob(options.new))
    changes = diff.changes(old, new, names)
    if options.json:
        print(json.dumps([vars(change) for change in changes], indent=2))
        return 1 if changes else 0
    last = ""
    for change in changes:
        if change.importance != last:
            print(diff.TITLES[change.importance] + ":")
            last = change.importance
        print(f"  {change}")
    return 1 if changes else 0


def _explain(options: argparse.Namespace) -> int:
    from . import explain

    explain.run(options.record, options.system, options.cell)
    return 0
