// SPDX-License-Identifier: GPL-2.0
/* QEMU's teaching device "edu", which has MSI. */
#include "pci.h"
#include "report.h"

#define MSI_ENABLE 0x10000u

/* Its registers, in words. */
#define EDU_NAME 0
#define EDU_NEGATED 1
#define EDU_STATUS (0x24 / 4)
#define EDU_RAISE (0x60 / 4)
#define EDU_ACKNOWLEDGE (0x64 / 4)

static volatile uint32_t *edu;

static void raise(void)
{
	edu[EDU_RAISE] = 1;
}

static void end(void)
{
	edu[EDU_ACKNOWLEDGE] = edu[EDU_STATUS];
}

void try_edu(void)
{
	uint32_t msi = capability(CAP_MSI);
	volatile uint32_t *address = config(msi + 4), *data = config(msi + 12);

	edu = registers(0);
	edu[EDU_NEGATED] = 0x12345678;
	report((edu[EDU_NAME] & 0xff) == 0xed && edu[EDU_NEGATED] == ~0x12345678u, "registers",
	       "0x%x", edu[EDU_NAME]);
	*address = MESSAGES | own_id();
	*data = MESSAGE_VECTOR;
	*config(msi) = MSI_ENABLE;
	expect_message("message", raise, end);
	try_to_forge(address, data);
	*(volatile uint16_t *)address = 0; /* parts of a register aren't written */
	*((volatile uint8_t *)address + 1) = 0;
	report(*address == (MESSAGES | own_id()), "parts", "0x%x", *address);
	expect_message("still", raise, end);
}
