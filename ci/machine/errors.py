# SPDX-License-Identifier: GPL-2.0
"""The error that every operation on a machine raises."""


class MachineError(Exception):
    pass
