// SPDX-License-Identifier: GPL-2.0
#include "hostile_arch.h"
#include "insn.h"

bool is_controller(uint64_t address, uint64_t bytes)
{
	return overlaps(address, bytes, APIC_BASE, 0x1000);
}

const struct attack arch_attacks[] = {
	{ "ports", attack_ports, true, "every I/O port, in and out, of 1, 2 and 4 bytes" },
	{ "msr-read", attack_msr_read, true, "RDMSR of every known range and random ones" },
	{ "msr-write", attack_msr_write, true, "WRMSR to the same, but for what is its own" },
	{ "leftovers", attack_leftovers, true, "in what is its own, for the CPU's next owner" },
	{ "ipi", attack_ipi, true, "every message to every APIC id and shorthand" },
	{ "start", attack_start, true, "INIT and SIPI to every other CPU" },
	{ "pci", attack_pci, true, "config space of every function; mmconfig=" },
	{ "io-apic", attack_io_apic, true, "others' pins" },
	{ "local-vectors", attack_local_vectors, true, "entries that raise no interrupt" },
	{ "apic-forms", attack_apic_forms, true, "odd loads and stores" },
	{ "moving-tables", attack_moving_tables, true, "under the decoder; count=" },
	{ "calls", attack_calls, true, "VMMCALL with random functions; count=" },
	{ "svm", attack_svm, true, "the instructions of SVM" },
	{ "vmx", attack_vmx, true, "the instructions of VMX" },
	{ "undefined", attack_undefined, true, "undefined instructions, INT3, INTO, UD2" },
	{ "xcr0", attack_xcr0, true, "values that XCR0 may have, and others" },
	{ "shutdown", attack_shutdown, false, "a fault without an IDT" },
	{ "efer", attack_efer, false, "a bit with which CPUs refuse to enter a guest" },
	{ "code-segment", attack_code_segment, false, "another state that they refuse" },
	{ "halt", attack_halt, false, "everything masked, asleep" },
	{ 0 },
};
