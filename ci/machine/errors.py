# SPDX-License-Identifier: GPL-2.0
"""What goes wrong with a machine."""


class MachineError(Exception):
    pass
