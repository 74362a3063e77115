# SPDX-License-Identifier: GPL-2.0
"""System tests that an architecture can't run, and why: the only place for that.

Keys are files of ci/system without their suffix, or such a file and a test in it,
with or without the values of its parameters.
"""

_ARM64 = "what it looks at is only there on arm64"
_PARKS = "on x86 a CPU that serves Linux when the hypervisor faults stays in it"
_ONE_MODE = "there is one way to get interrupts on x86: the local APIC"
_CPU_0 = "Linux on x86 keeps CPU 0, from 6.5 on whatever it is told"
_NO_DEVICE = "what it gives a cell is only there on arm64"
_NO_DECODER = "hardware decodes the accesses that are emulated"
_ALL_ONLINE = "on x86 all CPUs must be online at enable"

INAPPLICABLE: dict[str, dict[str, str]] = {
    "arm64": {
        "test_machines::test_the_whole_way": "what it varies is only there on x86",
        "test_kvm": "KVM is no module on arm64",
        "test_life::test_smis_since_enable": "there are none on arm64",
        "test_pci": "PCI functions can't be given on arm64",
        "test_pnp": "there are no devices of ACPI's on arm64",
        "test_isolation::test_page_tables_that_another_cpu_moves": _NO_DECODER,
    },
    "x86": {
        "test_el2_fault": _PARKS,
        "test_kexec": "its helper puts an arm64 kernel into memory and starts it",
        "test_plugin": "the program that it counts is one of arm64",
        "test_root_list": _ONE_MODE,
        "test_two_states": _ARM64,
        "test_zero_exits": "without x2APIC each interrupt of a cell costs exits",
        "test_linux::test_a_cpu_that_is_off_inside_is_off": "a CPU that Linux switches "
        "off halts; the hypervisor isn't told",
        "test_linux::test_devices_of_the_machine": _NO_DEVICE,
        "test_linux::test_a_tree_that_is_not_the_cells": "there is no device tree",
        "test_linux::test_a_device_tree_overlay": "there is no device tree",
        "test_linux::test_u_boot": _ARM64,
        "test_smoke::test_linux_runs_at_el1_with_the_stub_at_el2": _ARM64,
        "test_cells::test_two_cpus[two-direct]": _ONE_MODE,
        "test_cells::test_a_real_device_is_given_and_comes_back": _NO_DEVICE,
        "test_cells::test_collect_in_the_root_cell": "there is no device tree",
        "test_cpus::test_cpu_0_is_given_away": _CPU_0,
        "test_cpus::test_cpu_offline_at_enable_comes_later": _ALL_ONLINE,
        "test_failures::test_hvconfig_explains_what_hvctl_prints": _NO_DEVICE,
        "test_cells::test_the_inside_of_a_cell[rt-list]": _ONE_MODE,
        "test_cells::test_the_inside_of_a_cell[hostile-direct]": _ONE_MODE,
        "test_blobs::test_a_refused_cell_leaves_devices_bound": _NO_DEVICE,
        "test_shared::test_counting_with_root[bare-direct]": _ONE_MODE,
    },
}
# The same hypervisor and the same systems in another emulator.
INAPPLICABLE["x86-vmx"] = INAPPLICABLE["x86"] | {
    "test_life::test_smis_since_enable": "Bochs's CPUs don't count them",
    "test_smoke::test_a_boot_without_complaints": "Linux complains of what Bochs says "
    "of its CPUs",
    "test_smoke::test_gdb_stub_gives_system_registers_and_memory": "Bochs has a "
    "debugger of its own, by which the audit looks",
    "test_smoke::test_a_reset_boots_again": "its memory gets what it boots only once",
}
for _key in ("arm64", "x86"):
    INAPPLICABLE[_key]["test_vmx"] = "what it looks at is only there with Intel's VMX"
