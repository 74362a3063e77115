// SPDX-License-Identifier: GPL-2.0
/* Ports that reset the machine, switch it off or switch A20 off: see power.h. */
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/image.h>
#include <arch/power.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/lock.h>

/*
 * The keyboard controller has an output port: bit 0 resets the machine while it is 0, bit 1 is A20.
 * Commands 0xf0 to 0xff pulse the low four bits that are 0 in the command (IBM PC/AT Technical
 * Reference, keyboard controller commands).
 */
#define PORT_DATA 0x60
#define PORT_KEYBOARD 0x64 /* commands; reads: status */
#define WRITE_OUTPUT 0xd1  /* the next byte of data goes to the output port */
#define A20_OFF 0xdd
#define PULSE 0xf0
#define A20 BIT(1)
#define STATUS_BUSY BIT(1) /* the controller hasn't read the last byte: a second one may be lost */

#define PORT_SYSTEM_A 0x92 /* bit 0: fast reset, bit 1: A20 */
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
	static const uint16_t fixed[] = { PORT_DATA, PORT_KEYBOARD, PORT_SYSTEM_A, PORT_RESET };

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

static uint32_t lock;	 /* orders root's writes */
static bool output_next; /* the output port gets the next byte of data; under the lock */

static bool is_reset(uint16_t port, uint8_t value)
{
	if (port && (port == sleep_port(0) || port == sleep_port(1)))
		return value & SLEEP_ENABLE;
	if (boot_params.reset_port && port == boot_params.reset_port &&
	    value == boot_params.reset_value)
		return true;
	switch (port) {
	case PORT_DATA:
		return output_next && !(value & 1);
	case PORT_KEYBOARD:
		return value >= PULSE && !(value & 1);
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

/*
 * Returns the bits that a byte must have as 1 for A20 to stay on. While it is off, bit 20 of every
 * address is 0, behind the second stage. A20_OFF becomes the command that switches it on.
 */
static uint32_t kept_on(uint16_t port, uint8_t value)
{
	bool output = output_next;

	switch (port) {
	case PORT_DATA:
		output_next = output && port_in(PORT_KEYBOARD, 1) & STATUS_BUSY;
		return output ? A20 : 0;
	case PORT_KEYBOARD:
		output_next = value == WRITE_OUTPUT;
		return value >= PULSE || value == A20_OFF ? A20 : 0;
	case PORT_SYSTEM_A:
		return A20;
	default:
		return 0;
	}
}

/* Checks each byte, because a wide write to an adjacent port may reach a power port. False: it
 * would reset the machine, and was not done. */
static bool output(uint16_t port, unsigned size, uint32_t value, bool may_reset)
{
	bool ok = true;

	cpu_lock(&lock);
	for (unsigned i = 0; i < size; i++)
		ok &= may_reset || !is_reset((uint16_t)(port + i), (uint8_t)(value >> (8 * i)));
	for (unsigned i = 0; ok && i < size; i++)
		value |= kept_on((uint16_t)(port + i), (uint8_t)(value >> (8 * i))) << (8 * i);
	if (ok)
		port_out(port, size, value);
	cpu_drop_lock();
	return ok;
}

void power_port(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	if (!write) {
		*value = port_in(port, size);
		return;
	}
	if (output(port, size, *value, false))
		return;
	keep_from_reset(cpu, port);
	output(port, size, *value, true);
}

void __noreturn power_shutdown(struct percpu *cpu)
{
	keep_from_reset(cpu, 0);
	for (;;)
		port_out(PORT_RESET, 1, 0x06);
}
