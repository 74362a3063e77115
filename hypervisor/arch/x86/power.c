// SPDX-License-Identifier: GPL-2.0
/* Resets by root: see power.h. */
#include <arch/boot.h>
#include <arch/fault.h>
#include <arch/power.h>
#include <hyp/arch.h>
#include <hyp/log.h>

#define PORT_KEYBOARD 0x64 /* command 0xfe .. 0xff, even ones pulse the reset line */
#define PORT_SYSTEM_A 0x92 /* bit 0: fast reset */
#define PORT_RESET 0xcf9   /* bit 2: reset */

bool power_is_port(uint16_t port)
{
	return port == PORT_KEYBOARD || port == PORT_SYSTEM_A || port == PORT_RESET;
}

static bool is_reset(uint16_t port, uint8_t value)
{
	switch (port) {
	case PORT_KEYBOARD:
		return value >= 0xf0 && !(value & 1);
	case PORT_SYSTEM_A:
		return value & 1;
	case PORT_RESET:
		return value & 4;
	default:
		return false;
	}
}

static bool cells_run(void)
{
	/* Another CPU of root may be at a request: look at each place once. */
	for (unsigned i = BH_ROOT_CELL + 1; i < BH_MAX_CELLS; i++) {
		const struct cell *cell = __atomic_load_n(&cells[i], __ATOMIC_RELAXED);

		if (cell && cell->state == BH_STATE_RUNNING)
			return true;
	}
	return false;
}

static void keep_from_reset(struct percpu *cpu, uint64_t how)
{
	if (!(system_config->flags & BH_SYSTEM_PROTECT) || !cells_run())
		return;
	log_message(BH_MSG_PROTECTED, BH_ROOT_CELL, how, 0, 0);
	cpu_park(cpu);
}

static uint32_t port_in(uint16_t port, unsigned size)
{
	uint32_t value = 0;

	switch (size) {
	case 1:
		asm volatile("inb %w1, %b0" : "+a"(value) : "Nd"(port));
		break;
	case 2:
		asm volatile("inw %w1, %w0" : "+a"(value) : "Nd"(port));
		break;
	default:
		asm volatile("inl %w1, %0" : "+a"(value) : "Nd"(port));
	}
	return value;
}

static void port_out(uint16_t port, unsigned size, uint32_t value)
{
	switch (size) {
	case 1:
		asm volatile("outb %b0, %w1" : : "a"(value), "Nd"(port));
		break;
	case 2:
		asm volatile("outw %w0, %w1" : : "a"(value), "Nd"(port));
		break;
	default:
		asm volatile("outl %0, %w1" : : "a"(value), "Nd"(port));
	}
}

/* Wider accesses reach ports next to the one that was trapped. */
void power_port(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	if (!write) {
		*value = port_in(port, size);
		return;
	}
	for (unsigned i = 0; i < size; i++)
		if (is_reset((uint16_t)(port + i), (uint8_t)(*value >> (8 * i))))
			keep_from_reset(cpu, port + i);
	port_out(port, size, *value);
}

void __noreturn power_shutdown(struct percpu *cpu)
{
	keep_from_reset(cpu, 0);
	for (;;)
		port_out(PORT_RESET, 1, 0x06);
}
