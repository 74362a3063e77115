// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the cell's PCI function: its configuration space, which registers are
 * writable, where its messages go (PCI 3.0, 6.8), and that other functions are absent.
 * Argument: function=N, bus, device and function.
 */
#include "pci.h"
#include "args.h"
#include "cpu.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include "report.h"
#include "timer.h"
#include <stddef.h>

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_MEMORY 0xb0000000ul
#define ABSENT 0xffffffffu

#define COMMAND 0x04
#define COMMAND_OWN 0x0407u /* I/O, memory, master, no INTx */
#define COMMAND_USED 0x0006u
#define COMMAND_NO_INTX 0x0400u
#define BARS 6
#define ROM 0x30
#define CAPABILITIES 0x34

static const struct {
	uint32_t id;   /* device and vendor id */
	uint32_t size; /* size of the first BAR */
	void (*attempt)(void);
} devices[] = {
	{ 0x11e81234, 1 << 20, try_edu },
	{ 0x10d38086, 128 << 10, try_e1000e },
};

static uint32_t function;

static volatile uint32_t *config_of(uint32_t of, uint32_t offset)
{
	return (volatile uint32_t *)(CONFIG_MEMORY + ((uint64_t)of << 12) + offset);
}

volatile uint32_t *config(uint32_t offset)
{
	return config_of(function, offset);
}

volatile uint32_t *registers(unsigned int bar)
{
	return (volatile uint32_t *)(uint64_t)(*config(BAR(bar)) & ~0xfu);
}

static uint32_t read_by_ports(uint32_t of, uint32_t offset)
{
	outl(CONFIG_ADDRESS, 1u << 31 | of << 8 | offset);
	return inl(CONFIG_DATA);
}

uint32_t capability(uint32_t kind)
{
	uint32_t at = *config(CAPABILITIES) & 0xfc;

	while (at && (*config(at) & 0xff) != kind)
		at = *config(at) >> 8 & 0xfc;
	return at;
}

bool keeps(volatile uint32_t *at, uint32_t value)
{
	uint32_t before = *at;

	*at = value;
	if (*at == before)
		return true;
	detail("0x%x at 0x%lx: 0x%x", value, (uint64_t)at, *at);
	return false;
}

/* ---- messages ---- */

static void (*end_message)(void);
static volatile unsigned int messages;

uint32_t own_id(void)
{
	return (uint32_t)info()->cpu_ids[0] << 12;
}

static void on_message(unsigned int irq)
{
	(void)irq;
	end_message();
	messages++;
}

void expect_message(const char *name, void (*raise)(void), void (*end)(void))
{
	uint64_t timeout = clock_now() + 10 * clock_hz();
	unsigned int before = messages;

	end_message = end;
	raise();
	cpu_irqs_enable();
	while (messages == before && clock_now() < timeout)
		cpu_relax();
	cpu_irqs_disable();
	report(messages == before + 1 && !irq_unexpected(), name, "%u taken, %u unexpected",
	       messages, irq_unexpected());
}

/*
 * Forbidden messages: to memory, to logical destinations, to other or all CPUs,
 * not interrupts, partial registers.
 */
void try_to_forge(volatile uint32_t *address, volatile uint32_t *data)
{
	static const uint32_t kinds[] = { 0x200, 0x400, 0x500, 0x700, 0x8000, 0x10000 };
	bool good = keeps(address, 0x1000) && keeps(address, MESSAGES | 4 | own_id()) &&
		    keeps(address + 1, 1);

	for (uint32_t id = 0; id < 256; id++)
		if (id << 12 != own_id())
			good = keeps(address, MESSAGES | id << 12) && good;
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		good = keeps(data, kinds[i] | MESSAGE_VECTOR) && good;
	report(good, "forging", "0x%x", *address);
}

/* ---- common registers ---- */

static void look_around(void)
{
	unsigned int others = 0;

	for (uint32_t of = 0; of < 0x200; of++)
		if (of != function)
			others += *config_of(of, 0) != ABSENT || read_by_ports(of, 0) != ABSENT;
	report(!others, "others", "%u found", others);
}

/* Writing ones to a BAR shows its size, a power of two, and does not move it. */
static bool shows_size(volatile uint32_t *bar)
{
	uint32_t before = *bar, kind = before & 1 ? 3 : 0xf, ones, size;

	*bar = ~0u;
	ones = *bar;
	size = -(ones & ~kind);
	*bar = 0x12340000;
	if (!(size & (size - 1)) && !(before & ~kind & (size - 1)) && *bar == before &&
	    !((ones ^ before) & kind))
		return true;
	detail("0x%x: 0x%x, then 0x%x", before, ones, *bar);
	return false;
}

/* INTx stays disabled in a cell without the interrupt of a line. */
static void try_header(uint32_t size)
{
	uint32_t used = COMMAND_USED | (args_get_u64("line", 0) ? 0 : COMMAND_NO_INTX);
	bool good = !*config(ROM) && keeps(config(ROM), ~0u) && keeps(config(0x0c), ~0u) &&
		    keeps(config(0x3c), ~0u);

	for (unsigned int i = 0; i < BARS; i++)
		good = shows_size(config(BAR(i))) && good;
	*config(BAR(0)) = ~0u;
	report(good && -(*config(BAR(0)) & ~0xfu) == size, "bars", "0x%x", *config(BAR(0)));
	*config(BAR(0)) = 0;
	*config(COMMAND) = ~0u;
	good = !(*config(COMMAND) & 0xffff & ~COMMAND_OWN);
	*config(COMMAND) = COMMAND_USED;
	report(good && (*config(COMMAND) & 0xffff) == used, "command", "0x%x",
	       *config(COMMAND) & 0xffff);
}

int main(void)
{
	void (*attempt)(void) = NULL;
	uint32_t id, size = 0;

	function = (uint32_t)args_get_u64("function", 0x28);
	look_around();
	id = read_by_ports(function, 0);
	for (unsigned int i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (devices[i].id == id) {
			attempt = devices[i].attempt;
			size = devices[i].size;
		}
	report(attempt && *config(0) == id, "header", "0x%x", id);
	try_header(size);
	irq_init();
	irq_enable(MESSAGE_VECTOR, on_message);
	if (attempt)
		attempt();
	report_done("pci");
	finish();
}
