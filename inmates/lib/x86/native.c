// SPDX-License-Identifier: GPL-2.0
/* What a native run on the emulator's q35 machine finds. */
#include "insn.h"
#include "machine.h"
#include "string.h"

#define COM1 0x3f8
#define PM1A_CONTROL 0x604
#define SLEEP_S5 0x2000
#define RESET_CONTROL 0xcf9

void machine_describe(struct bh_info *info)
{
	memcpy(info->name, "native", 7);
	info->clock_hz = 1000000000;
	info->console_kind = BH_CONSOLE_16550;
	info->console_guest = COM1;
	info->n_cpus = 1;
	info->cpu_ids[0] = apic_read(APIC_ID) >> 24;
}

void machine_off(void)
{
	for (;;)
		outw(PM1A_CONTROL, SLEEP_S5);
}

void machine_reset(void)
{
	for (;;)
		outb(RESET_CONTROL, 6);
}
