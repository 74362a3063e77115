# SPDX-License-Identifier: GPL-2.0
"""The system tests that a board cannot run, with the reasons.

A key is the name of a file in ci/system without its suffix, or such a name and a test,
with or without the values of its parameters.
"""

_ARM64 = "the tested feature exists only on arm64"
_NO_UART = "the hypervisor of x86 reports to no UART"
_ONE_MODE = "x86 has one delivery mode: interrupts come through the local APIC"
_CPU_0 = "Linux 6.5 and later on x86 cannot take CPU 0 offline"
_NO_DEVICE = "the device that the test gives to a cell exists only on arm64"
_NO_DECODER = "arm64 hardware decodes the accesses that are emulated"
_ALL_ONLINE = "on x86 all CPUs must be online at enable"

INAPPLICABLE: dict[str, dict[str, str]] = {
    "arm64": {
        "test_machines::test_the_whole_way": "the varied features exist only on x86",
        "test_cells::test_a_large_cell_has_its_info_page_elsewhere": "RAM of cells on "
        "arm64 lies above the page",
        "test_kvm": "KVM is built in on arm64, no module",
        "test_life::test_smis_since_enable": "arm64 has no SMIs",
        "test_collected": "test_cells and test_boards collect on arm64",
        "test_pci": "cells on arm64 cannot get PCI functions",
        "test_address_maps": "the tested registers are those of a PC's chipset",
        "test_pnp": "cells on arm64 have a device tree, no ACPI",
        "test_isolation::test_page_tables_that_another_cpu_moves": _NO_DECODER,
        "test_cpus::test_a_cells_cpu_cannot_be_ejected": "QEMU's arm64 CPUs have "
        "no _EJ0",
        "test_failures::test_an_entry_that_the_cpu_refuses": "the emulated CPUs "
        "of arm64 enter every guest",
    },
    "x86": {
        "test_el2_fault::test_a_fault_while_a_cpu_of_linux_starts": "on x86 a CPU is "
        "reset when it goes off, too",
        "test_el2_fault::test_a_fault_in_a_fault_holds_no_lock": _NO_UART,
        "test_boards": _ARM64,
        "test_firmware": "the firmware is one of arm64",
        "test_kept": "the firmware is one of arm64",
        "test_calls": "the firmware is one of arm64",
        "test_kexec": "its helper starts an arm64 kernel",
        "test_plugin": "the counted program is one of arm64",
        "test_machines::test_features_that_linux_leaves_closed": _ARM64,
        "test_root_list": _ONE_MODE,
        "test_two_states": _ARM64,
        "test_zero_exits": "without x2APIC each interrupt of a cell causes exits",
        "test_linux::test_a_cpu_that_is_off_inside_is_off": "an offline CPU of Linux "
        "halts, which does not exit",
        "test_linux::test_devices_of_the_machine": _NO_DEVICE,
        "test_linux::test_a_tree_that_is_not_the_cells": "x86 has no device tree",
        "test_linux::test_a_device_tree_overlay": "x86 has no device tree",
        "test_linux::test_u_boot": _ARM64,
        "test_smoke::test_linux_runs_at_el1_with_the_stub_at_el2": _ARM64,
        "test_cells::test_two_cpus[two-direct]": _ONE_MODE,
        "test_cells::test_a_real_device_is_given_and_comes_back": _NO_DEVICE,
        "test_cells::test_collect_in_the_root_cell": "test_collected does it",
        "test_cpus::test_cpu_0_is_given_away": _CPU_0,
        "test_cpus::test_cpu_offline_at_enable_comes_later": _ALL_ONLINE,
        "test_failures::test_hvconfig_explains_what_hvctl_prints": _NO_DEVICE,
        "test_cells::test_the_inside_of_a_cell[rt-list]": _ONE_MODE,
        "test_cells::test_the_inside_of_a_cell[hostile-direct]": _ONE_MODE,
        "test_blobs::test_a_refused_cell_leaves_devices_bound": _NO_DEVICE,
        "test_shared::test_counting_with_root[bare-direct]": _ONE_MODE,
    },
}
INAPPLICABLE["arm64-unkind"] = INAPPLICABLE["arm64"] | {
    "test_two_states": "all tests are of a machine with two security states",
    "test_root_list": "in all tests root is in list mode",
    "test_wrong_machines::test_wrong_machine[two-states]": "its systems allow for it",
    "test_kept": "it chooses firmware of its own, on the machine arm64",
    "test_calls": "it chooses firmware of its own, on the machine arm64",
    "test_plugin": "the firmware starts nothing but Linux",
}
# The same image and systems in Bochs.
INAPPLICABLE["x86-vmx"] = INAPPLICABLE["x86"] | {
    "test_el2_fault::test_a_fault_ends_what_it_served": "Bochs has no gdb stub",
    "test_failures::test_an_entry_that_the_cpu_refuses": "Bochs's CPUs raise #GP "
    "before a guest has such a state",
    "test_life::test_smis_since_enable": "Bochs's CPUs do not count SMIs",
    "test_smoke::test_a_boot_without_complaints": "Linux complains about the CPUID of "
    "Bochs's CPUs",
    "test_smoke::test_gdb_stub_gives_system_registers_and_memory": "Bochs has no gdb "
    "stub; the audit uses its debugger",
    "test_smoke::test_a_reset_boots_again": "the kernel is written to memory only once",
}
for _key in ("arm64", "arm64-unkind", "x86"):
    INAPPLICABLE[_key]["test_vmx"] = "the board has no Intel VMX"
