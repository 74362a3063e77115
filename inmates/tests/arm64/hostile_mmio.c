// SPDX-License-Identifier: GPL-2.0
/* Unusual accesses to emulated devices, and cache maintenance by set and way. */
#include "args.h"
#include "cpu.h"
#include "gic.h"
#include "hostile_arch.h"
#include "info.h"
#include "percpu.h"
#include "string.h"
#include "sysreg.h"

/* In hostile_forms.S; the last entry has no name. */
struct form {
	const char *name;
	const void *code;
	uint64_t moves; /* writeback offset of x0 */
};
extern const struct form hostile_forms[];

/* Stores addresses of emulated registers: the UART's flags (without UART: GICD_CTLR), GICD_TYPER,
 * an enable register of SPIs, and two registers of the CPU's own redistributor. "addr" replaces
 * them. */
static unsigned int targets(uint64_t *out)
{
	uint64_t gicr = gicr_of(this_cpu()->id);

	out[0] = info()->console_guest ? info()->console_guest + 0x18 : info()->gicd_guest;
	out[1] = info()->gicd_guest + GICD_TYPER;
	out[2] = info()->gicd_guest + GICD_ICENABLER + 4;
	out[3] = gicr + GICR_TYPER;
	out[4] = gicr + GICR_SGI_FRAME + GICD_ICENABLER;
	if (args_has("addr")) {
		out[0] = args_get_u64("addr", 0);
		return 1;
	}
	return 5;
}

/* Executes a form. Returns true if it either faults without effect or completes. */
static bool try_form(const struct form *form, uint64_t address, unsigned int *faults)
{
	uint64_t regs[PROBE_REGS] = { address };

	if (probe_run(form->code, regs)) {
		++*faults;
		return true;
	}
	return regs[0] == address + form->moves;
}

void attack_mmio_forms(void)
{
	uint64_t at[5];
	unsigned int n = targets(at), done = 0, faults = 0, bad = 0;

	for (const struct form *form = hostile_forms; form->name; form++) {
		if (args_has("form") && !args_is("form", form->name))
			continue;
		for (unsigned int i = 0; i < n && keep_going(); i++, done++) {
			if (try_form(form, at[i], &faults))
				continue;
			bad++;
			detail("%s at 0x%lx: no fault, no writeback", form->name, at[i]);
		}
	}
	gic_recover();
	report(!bad && done, "mmio-forms", "%u accesses, %u faults, %u half done", done, faults,
	       bad);
}

void attack_mmio_unaligned(void)
{
	uint64_t at[5], value;
	unsigned int n = targets(at), faults = 0, done = 0;

	for (unsigned int i = 0; i < n && keep_going(); i++)
		for (unsigned int offset = 0; offset < 8; offset++)
			for (unsigned int bytes = 1; bytes <= 8; bytes *= 2, done += 2) {
				faults += probe_read(at[i] + offset, bytes, &value);
				faults += probe_write(at[i] + offset, bytes, 0);
			}
	/* Accesses that cross the end of a device's page. */
	for (uint64_t i = 1; i < 8; i++, done++)
		faults += probe_read((at[0] | 0xfff) + 1 - i, 8, &value);
	gic_recover();
	report(true, "mmio-unaligned", "%u accesses, %u faults", done, faults);
}

/* Also writes the console's registers, so the console prints random bytes. */
void attack_mmio_fuzz(void)
{
	uint64_t count = args_get_u64("count", 20000), faults = 0, at[5];
	unsigned int n = targets(at);

	for (uint64_t i = 0; i < count && keep_going(); i++) {
		uint64_t r = random64(), bytes = 1 << (r >> 60) % 4, value;
		uint64_t address = (at[(r >> 56) % n] & ~0xfffull) + (r & 0xfff & -bytes);

		if (r >> 48 & 1)
			faults += probe_write(address, bytes, random64());
		else
			faults += probe_read(address, bytes, &value);
	}
	gic_recover();
	report(true, "mmio-fuzz", "%lu accesses, %lu faults", count, faults);
}

static void by_set_way(unsigned int operation, uint64_t operand)
{
	switch (operation % 3) {
	case 0:
		__asm__ volatile("dc isw, %0" ::"r"(operand) : "memory");
		break;
	case 1:
		__asm__ volatile("dc csw, %0" ::"r"(operand) : "memory");
		break;
	default:
		__asm__ volatile("dc cisw, %0" ::"r"(operand) : "memory");
	}
}

/*
 * Invalidation by set and way would discard dirty lines of all cells. The
 * hypervisor substitutes it; data written before must still be there after it.
 */
void attack_set_way(void)
{
	static uint64_t witness[512];
	uint64_t count = args_get_u64("count", 300);
	unsigned int bad = 0;

	for (unsigned int i = 0; i < 512; i++)
		witness[i] = ~(uint64_t)&witness[i];
	for (uint64_t i = 0; i < count && keep_going(); i++)
		by_set_way(i, i < 128 ? (i % 64) << 6 | (i / 64) << 1 : random64());
	dsb();
	for (unsigned int i = 0; i < 512; i++)
		bad += witness[i] != ~(uint64_t)&witness[i];
	report(!bad, "set-way", "%lu operations, %u of 512 words lost", count, bad);
}
