// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's teaching device "edu" as the cell's PCI function: what of it is there, what
 * of its configuration can be changed, where its messages go (PCI 3.0, 6.8), and
 * that no other function is there. Argument: function=N, bus, device and function.
 */
#include "args.h"
#include "cpu.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include "report.h"
#include "timer.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_MEMORY 0xb0000000ul
#define ABSENT 0xffffffffu

#define EDU 0x11e81234u /* device and vendor */
#define COMMAND 0x04
#define COMMAND_OWN 0x0407u /* I/O, memory, master, no INTx */
#define COMMAND_USED 0x0006u
#define BARS 0x10
#define BARS_END 0x28
#define ROM 0x30
#define CAPABILITIES 0x34
#define CAP_MSI 0x05
#define MSI_ENABLE 0x10000u
#define MESSAGES 0xfee00000u

/* Registers of the device, in words. */
#define EDU_NAME 0
#define EDU_NEGATED 1
#define EDU_STATUS (0x24 / 4)
#define EDU_RAISE (0x60 / 4)
#define EDU_ACKNOWLEDGE (0x64 / 4)

#define VECTOR 0x90u

static uint32_t function, msi;
static volatile uint32_t *edu;
static volatile unsigned int messages;

static volatile uint32_t *config(uint32_t of, uint32_t offset)
{
	return (volatile uint32_t *)(CONFIG_MEMORY + ((uint64_t)of << 12) + offset);
}

static uint32_t read_by_ports(uint32_t of, uint32_t offset)
{
	outl(CONFIG_ADDRESS, 1u << 31 | of << 8 | offset);
	return inl(CONFIG_DATA);
}

/* It reads as before, whatever is written. */
static bool keeps(uint32_t offset, uint32_t value)
{
	uint32_t before = *config(function, offset);

	*config(function, offset) = value;
	if (*config(function, offset) == before)
		return true;
	detail("0x%x at 0x%x: 0x%x", value, offset, *config(function, offset));
	return false;
}

static void look_around(void)
{
	unsigned int others = 0;

	for (uint32_t of = 0; of < 0x200; of++)
		if (of != function)
			others += *config(of, 0) != ABSENT || read_by_ports(of, 0) != ABSENT;
	report(!others, "others", "%u found", others);
	report(*config(function, 0) == EDU && read_by_ports(function, 0) == EDU, "header", "0x%x",
	       *config(function, 0));
}

static void try_header(void)
{
	bool good = keeps(ROM, ~0u) && keeps(0x0c, ~0u) && keeps(0x3c, ~0u);

	for (uint32_t offset = BARS; offset < BARS_END; offset += 4)
		good = keeps(offset, ~0u) && good;
	report(good, "bars", "0x%x", *config(function, BARS));
	*config(function, COMMAND) = ~0u;
	good = !(*config(function, COMMAND) & 0xffff & ~COMMAND_OWN);
	*config(function, COMMAND) = COMMAND_USED;
	report(good && (*config(function, COMMAND) & 0xffff) == COMMAND_USED, "command", "0x%x",
	       *config(function, COMMAND) & 0xffff);
}

static void try_registers(void)
{
	edu = (volatile uint32_t *)(uint64_t)(*config(function, BARS) & ~0xfu);
	edu[EDU_NEGATED] = 0x12345678;
	report((edu[EDU_NAME] & 0xff) == 0xed && edu[EDU_NEGATED] == ~0x12345678u, "registers",
	       "0x%x", edu[EDU_NAME]);
}

static bool find_msi(void)
{
	for (msi = *config(function, CAPABILITIES) & 0xfc; msi;
	     msi = *config(function, msi) >> 8 & 0xfc)
		if ((*config(function, msi) & 0xff) == CAP_MSI)
			return true;
	return false;
}

static void on_message(unsigned int irq)
{
	(void)irq;
	edu[EDU_ACKNOWLEDGE] = edu[EDU_STATUS];
	messages++;
}

/* The device sends a message, and it comes here. */
static void expect_message(const char *name)
{
	uint64_t end = clock_now() + 10 * clock_hz();
	unsigned int before = messages;

	edu[EDU_RAISE] = 1;
	cpu_irqs_enable();
	while (messages == before && clock_now() < end)
		cpu_relax();
	cpu_irqs_disable();
	report(messages == before + 1 && !irq_unexpected(), name, "%u taken, %u unexpected",
	       messages, irq_unexpected());
}

/* Other CPUs, all, by logical name, and memory; messages that aren't interrupts; halves of each. */
static void try_to_forge(uint32_t own)
{
	static const uint32_t kinds[] = { 0x200, 0x400, 0x500, 0x700, 0x8000, 0x10000 };
	bool good =
		keeps(msi + 8, 1) && keeps(msi + 4, 0x1000) && keeps(msi + 4, MESSAGES | 4 | own);

	for (uint32_t id = 0; id < 256; id++)
		if (id << 12 != own)
			good = keeps(msi + 4, MESSAGES | id << 12) && good;
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		good = keeps(msi + 12, kinds[i] | VECTOR) && good;
	*(volatile uint16_t *)config(function, msi + 4) = 0;
	*(volatile uint8_t *)config(function, msi + 5) = 0;
	good = *config(function, msi + 4) == (MESSAGES | own) && good;
	report(good, "forging", "0x%x", *config(function, msi + 4));
}

static void try_messages(void)
{
	uint32_t own = (uint32_t)info()->cpu_ids[0] << 12;

	if (!find_msi()) {
		report(false, "msi", "none");
		return;
	}
	irq_init();
	irq_enable(VECTOR, on_message);
	*config(function, msi + 4) = MESSAGES | own;
	*config(function, msi + 12) = VECTOR;
	*config(function, msi) = MSI_ENABLE;
	expect_message("message");
	try_to_forge(own);
	expect_message("still");
}

int main(void)
{
	function = (uint32_t)args_get_u64("function", 0x28);
	look_around();
	try_header();
	try_registers();
	try_messages();
	report_done("edu");
	finish();
}
