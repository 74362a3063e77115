// SPDX-License-Identifier: GPL-2.0
/* Ports that reset the machine or switch it off: see power.h. */
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/image.h>
#include <arch/power.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>

#define PORT_KEYBOARD 0x64 /* commands 0xf0 .. 0xff with bit 0 clear pulse the reset line */
#define PORT_SYSTEM_A 0x92 /* bit 0: fast reset */
#define PORT_RESET 0xcf9   /* bit 2: reset */
#define SLEEP_ENABLE 0x20  /* SLP_EN, bit 13 of the register, in its upper byte */

/* Port of the upper byte of a PM1 control register (ACPI 6.5, 4.8.3.2.1); 0: absent. */
static uint16_t sleep_port(unsigned i)
{
	uint16_t port = boot_params.sleep_ports[i];

	return port ? (uint16_t)(port + 1) : 0;
}

uint16_t power_port_of(unsigned kind)
{
	static const uint16_t fixed[] = { PORT_KEYBOARD, PORT_SYSTEM_A, PORT_RESET };

	if (kind < ARRAY_SIZE(fixed))
		return fixed[kind];
	kind -= ARRAY_SIZE(fixed);
	return kind ? sleep_port(kind - 1) : boot_params.reset_port;
}

bool power_is_port(uint16_t port)
{
	for (unsigned i = 0; port && i < POWER_PORTS; i++)
		if (port == power_port_of(i))
			return true;
	return false;
}

static bool is_reset(uint16_t port, uint8_t value)
{
	if (port && (port == sleep_port(0) || port == sleep_port(1)))
		return value & SLEEP_ENABLE;
	if (boot_params.reset_port && port == boot_params.reset_port &&
	    value == boot_params.reset_value)
		return true;
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

/* A cell has one power port: PORT_RESET is its reset register and, by another bit, its ACPI sleep
 * control register (ACPI 6.5, 4.8.3.7). */
void power_cell_port(struct percpu *cpu, uint16_t port, uint8_t value)
{
	if (port != PORT_RESET)
		return;
	if (is_reset(port, value))
		cell_reset_self(cpu);
	if (value & SLEEP_ENABLE)
		cell_stop_self(cpu, NULL, BH_STOP_OFF);
}

static void keep_from_reset(struct percpu *cpu, uint64_t how)
{
	if (root_must_stay(how))
		cpu_park(cpu);
}

/* Checks each byte of a write, because a wide write to an adjacent port may reach a power port. */
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
