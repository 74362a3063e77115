// SPDX-License-Identifier: GPL-2.0
/*
 * MSR and port bitmaps (AMD64 APM volume 2, 15.10 and 15.11; Intel SDM volume 3C,
 * 25.6.4 and 25.6.9), and who may use which port.
 */
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/policy.h>
#include <arch/power.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/string.h>

#define MSR_RANGE 0x2000u /* MSRs that a part of the bitmap covers */
#define MSRPM_BYTES 8192u /* VMX needs half of it */
#define IOPM_BYTES 12288u /* a bit a port, and one page behind them */

struct bitmaps {
	uint8_t msrpm[MSRPM_BYTES];
	uint8_t iopm[IOPM_BYTES];
} __attribute__((aligned(4096)));

static struct bitmaps root_maps, cell_maps;

static void fill_msrpm(uint8_t *map, bool root)
{
	static const uint32_t starts[] = { 0, 0xc0000000, 0xc0010000 };
	unsigned bit;

	for (unsigned range = 0; range < ARRAY_SIZE(starts); range++)
		for (uint32_t msr = starts[range]; msr < starts[range] + MSR_RANGE; msr++)
			for (int write = 0; write < 2; write++)
				if (policy_msr_trapped(root, msr, write) &&
				    vm->msr_bit(msr, write, &bit))
					map[bit / 8] |= (uint8_t)BIT(bit % 8);
}

void policy_init(void)
{
	fill_msrpm(root_maps.msrpm, true);
	fill_msrpm(cell_maps.msrpm, false);
	memset(cell_maps.iopm, 0xff, sizeof(cell_maps.iopm));
	if (system_config->flags & BH_SYSTEM_PROTECT)
		for (unsigned port = 0; port < 65536; port++)
			if (power_is_port((uint16_t)port))
				root_maps.iopm[port / 8] |= (uint8_t)BIT(port % 8);
}

static const struct bitmaps *maps_of(const struct cell *cell)
{
	return cell->id == BH_ROOT_CELL ? &root_maps : &cell_maps;
}

paddr_t policy_msrpm(const struct cell *cell)
{
	return ptr_to_phys(maps_of(cell)->msrpm);
}

paddr_t policy_iopm(const struct cell *cell)
{
	return ptr_to_phys(maps_of(cell)->iopm);
}

static bool console_port(struct cell *cell, uint16_t port, unsigned size, bool write,
			 uint32_t *value)
{
	const struct bh_cell_part *config = cell->config;
	const struct uart *uart = arch_uarts[config->console_kind];
	struct mmio_access access = { .size = (uint8_t)size, .write = write };
	bool ok;

	if (!uart || port < config->console_guest || port - config->console_guest >= uart->ports)
		return false;
	access.offset = port - config->console_guest;
	access.value = *value;
	ok = uart->access(cell, &access, NULL);
	*value = (uint32_t)access.value;
	return ok;
}

bool policy_port(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	if (cpu->public.cell->id != BH_ROOT_CELL)
		return console_port(cpu->public.cell, port, size, write, value);
	power_port(cpu, port, size, write, value);
	return true;
}
