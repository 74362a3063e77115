# SPDX-License-Identifier: GPL-2.0
"""The Bochs emulator, which has Intel VMX, behind the interface of a machine."""
