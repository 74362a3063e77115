// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's teaching device "edu", which has MSI and an interrupt line.
 * Arguments: line=N uses pin N instead of messages; leave raises the line
 * and never acknowledges it.
 */
#include "args.h"
#include "cpu.h"
#include "insn.h"
#include "irq.h"
#include "pci.h"
#include "report.h"
#include "timer.h"

#define MSI_ENABLE 0x10000u

/* Register indices, in doublewords. */
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

static void try_messages(void)
{
	uint32_t msi = capability(CAP_MSI);
	volatile uint32_t *address = config(msi + 4), *data = config(msi + 12);

	*address = MESSAGES | own_id();
	*data = MESSAGE_VECTOR;
	*config(msi) = MSI_ENABLE;
	expect_message("message", raise, end);
	try_to_forge(address, data);
	*(volatile uint16_t *)address = 0; /* partial writes have no effect */
	*((volatile uint8_t *)address + 1) = 0;
	report(*address == (MESSAGES | own_id()), "parts", "0x%x", *address);
	expect_message("still", raise, end);
}

/* ---- the line ---- */

static volatile unsigned int taken;

/* A line may be shared: checks whether this device raised it. */
static void on_line(unsigned int irq)
{
	(void)irq;
	if (!edu[EDU_STATUS])
		return;
	end();
	taken++;
}

static void expect_line(const char *name, unsigned int wanted)
{
	uint64_t timeout = clock_now() + 10 * clock_hz();

	cpu_irqs_enable();
	while (taken < wanted && clock_now() < timeout)
		cpu_relax();
	cpu_irqs_disable();
	report(taken == wanted && !irq_unexpected(), name, "%u taken, %u unexpected", taken,
	       irq_unexpected());
}

/*
 * A line left asserted by another program raises no interrupt until the pin is
 * opened, and one then.
 */
static void try_line(unsigned int line)
{
	unsigned int left = edu[EDU_STATUS] != 0;

	expect_line("quiet", 0);
	irq_enable(irq_of_pci_line(line), on_line);
	expect_line(left ? "left raised" : "not raised", left);
	for (unsigned int i = 1; i <= 3; i++) {
		raise();
		expect_line("line", left + i);
	}
	if (!args_has("leave"))
		return;
	raise();
	report(edu[EDU_STATUS] && taken == left + 3, "raised", "%u", edu[EDU_STATUS]);
	for (;;)
		cpu_relax();
}

void try_edu(void)
{
	unsigned int line = (unsigned int)args_get_u64("line", 0);

	edu = registers(0);
	edu[EDU_NEGATED] = 0x12345678;
	report((edu[EDU_NAME] & 0xff) == 0xed && edu[EDU_NEGATED] == ~0x12345678u, "registers",
	       "0x%x", edu[EDU_NAME]);
	if (line)
		try_line(line);
	else
		try_messages();
}
