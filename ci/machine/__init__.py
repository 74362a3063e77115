# SPDX-License-Identifier: GPL-2.0
"""Emulated machines (QEMU, Bochs): start, console, shell, memory, registers."""
