// SPDX-License-Identifier: GPL-2.0
/* PCI functions and I/O APIC pins that the config does not list are absent. */
#include "args.h"
#include "hostile_arch.h"
#include "insn.h"

#define PCI_ADDRESS 0xcf8
#define PCI_DATA 0xcfc
#define IO_APIC 0xfec00000ul
#define PINS 24u
#define ENTRY_MASKED 0x10000u

struct access {
	uint16_t port;
	bool write;
	uint32_t value;
};

static void access_port(void *argument)
{
	struct access *a = argument;

	if (a->write)
		__asm__ volatile("outl %0, %1" ::"a"(a->value), "Nd"(a->port));
	else
		__asm__ volatile("inl %1, %0" : "=a"(a->value) : "Nd"(a->port));
}

static uint32_t in_data(uint32_t address)
{
	struct access select = { PCI_ADDRESS, true, address };
	struct access data = { PCI_DATA, false, 0 };

	if (probe_call(access_port, &select) || probe_call(access_port, &data))
		return ~0u;
	return data.value;
}

static void out_data(uint32_t address, uint32_t value)
{
	struct access select = { PCI_ADDRESS, true, address };
	struct access data = { PCI_DATA, true, value };

	probe_call(access_port, &select);
	probe_call(access_port, &data);
}

/*
 * Accesses every function by ports and by memory: each reads as absent. Also
 * writes registers that real functions have.
 */
void attack_pci(void)
{
	uint64_t memory = args_get_u64("mmconfig", 0xb0000000), value;
	unsigned int found = 0;

	for (uint32_t bdf = 0; bdf < 0x10000 && keep_going(); bdf += bdf < 0x200 ? 1 : 8) {
		uint32_t address = 1u << 31 | bdf << 8;

		found += in_data(address) != ~0u;
		found += !probe_read(memory + ((uint64_t)bdf << 12), 4, &value) &&
			 (uint32_t)value != ~0u;
		if (bdf >= 0x100)
			continue;
		for (uint32_t offset = 4; offset < 256; offset += 4) {
			out_data(address | offset, (uint32_t)random64());
			probe_write(memory + ((uint64_t)bdf << 12) + offset, 4, random64());
		}
	}
	report(!found, "pci", "%u functions found", found);
}

static void io_apic_write(uint32_t index, uint32_t value)
{
	probe_write(IO_APIC, 4, index);
	probe_write(IO_APIC + 0x10, 4, value);
}

static uint32_t io_apic_read(uint32_t index)
{
	uint64_t value = 0;

	probe_write(IO_APIC, 4, index);
	return probe_read(IO_APIC + 0x10, 4, &value) ? ENTRY_MASKED : (uint32_t)value;
}

/*
 * The cell has no pin: each stays masked whatever is written. Also writes
 * vectors to the EOI register.
 */
void attack_io_apic(void)
{
	unsigned int bad = 0;

	for (unsigned int round = 0; round < 100 && keep_going(); round++) {
		for (uint32_t pin = 0; pin < PINS; pin++) {
			io_apic_write(0x11 + 2 * pin, (uint32_t)random64());
			io_apic_write(0x10 + 2 * pin, (uint32_t)random64() & ~ENTRY_MASKED);
			bad += io_apic_read(0x10 + 2 * pin) != ENTRY_MASKED;
		}
		io_apic_write((uint32_t)random64(), (uint32_t)random64());
		probe_write(IO_APIC + 0x40, 4, random64() & 0xff);
		probe_write(IO_APIC + (random64() & 0xfff), 1u << random64() % 4, random64());
	}
	report(!bad, "io-apic", "%u entries changed", bad);
}
