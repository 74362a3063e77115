// SPDX-License-Identifier: GPL-2.0
/*
 * Intel's 82574 (QEMU: e1000e). It has MSI-X, and software can raise its interrupt
 * causes (82574 datasheet, 10.2.4).
 */
#include "pci.h"
#include "report.h"

#define MSIX_ENABLE 0x80000000u
#define TABLE 3 /* the BAR of the MSI-X table */
#define ENTRIES 5u

/* Register indices, in doublewords. */
#define CAUSES (0xc0 / 4)
#define RAISE (0xc8 / 4)
#define UNMASK (0xd0 / 4)
#define VECTORS (0xe4 / 4)
#define CAUSE_OTHER 0x01000000u
#define VECTOR_OTHER_0 0x00080000u /* "other" interrupts use table entry 0 */

/* A table entry, in doublewords. */
#define ADDRESS 0
#define ADDRESS_HIGH 1
#define DATA 2
#define CONTROL 3
#define ENTRY 4
#define MASKED 1u

static volatile uint32_t *nic;

static void raise(void)
{
	nic[RAISE] = CAUSE_OTHER;
}

static void end(void)
{
	nic[CAUSES] = CAUSE_OTHER;
}

/* Checks that the table is as after reset: masked, without messages of previous owners. */
static bool is_new(const volatile uint32_t *table)
{
	for (unsigned int i = 0; i < ENTRIES; i++, table += ENTRY)
		if (table[ADDRESS] != (MESSAGES | own_id()) || table[ADDRESS_HIGH] || table[DATA] ||
		    !(table[CONTROL] & MASKED))
			return false;
	return true;
}

void try_e1000e(void)
{
	volatile uint32_t *table = registers(TABLE);

	nic = registers(0);
	report(is_new(table), "table", "0x%x 0x%x 0x%x 0x%x", table[ADDRESS], table[ADDRESS_HIGH],
	       table[DATA], table[CONTROL]);
	table[DATA] = MESSAGE_VECTOR;
	table[CONTROL] = 0;
	*config(capability(CAP_MSIX)) = MSIX_ENABLE;
	nic[VECTORS] = VECTOR_OTHER_0;
	nic[UNMASK] = CAUSE_OTHER;
	expect_message("message", raise, end);
	try_to_forge(table + ADDRESS, table + DATA);
	try_to_forge(table + ENTRY + ADDRESS, table + ENTRY + DATA);
	expect_message("still", raise, end);
}
