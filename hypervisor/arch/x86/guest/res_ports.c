// SPDX-License-Identifier: GPL-2.0
/*
 * I/O ports. Root has all ports that no cell has. A cell accesses the ports of its config directly;
 * some others are emulated. Bitmaps have one bit for each port, 1 if accesses exit, and a page
 * behind them for accesses that wrap (APM 2, 15.10.1). Root's bitmap changes only while root is
 * held; CPUs read it at each access.
 */
#include <arch/pci_config.h>
#include <arch/ports.h>
#include <arch/power.h>
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/resource.h>
#include <hyp/string.h>

#define PORTS 0x10000u
#define IOPM_PAGES 3u
#define PORT_TIMER 0x40 /* .. 0x43 */
#define PORT_CLOCK 0x70 /* index register; the data register follows */

const uint32_t arch_system_flags = BH_SYSTEM_PROTECT;
const bool arch_has_ports = true;
const struct uart *const arch_uarts[CONSOLE_KINDS] = { [BH_CONSOLE_16550] = &ns16550 };

/* cell_iopm is shared by all cells without ports of their own: every access exits. */
static uint8_t root_iopm[IOPM_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static uint8_t cell_iopm[IOPM_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));

static bool is_pci(uint32_t port)
{
	return port >= PCI_PORT && port < PCI_PORT_END;
}

static void set_root(uint32_t port, bool taken)
{
	bit_assign(root_iopm, port, taken || is_pci(port) || power_is_port((uint16_t)port));
}

void ports_init(void)
{
	memset(cell_iopm, 0xff, sizeof(cell_iopm));
	memset(root_iopm, 0, sizeof(root_iopm));
	for (uint32_t port = PCI_PORT; port < PCI_PORT_END; port++)
		set_root(port, false);
	for (unsigned i = 0; i < POWER_PORTS; i++)
		set_root(power_port_of(i), false);
}

paddr_t port_bitmap(const struct cell *cell)
{
	if (cell->id == BH_ROOT_CELL)
		return ptr_to_phys(root_iopm);
	return ptr_to_phys(cell->arch.iopm ? cell->arch.iopm : cell_iopm);
}

/* ---- accesses that exit ---- */

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

/*
 * The clock chip (MC146818): registers that read as written and do not advance. The code that
 * starts a Linux in the cell stores the time of day there.
 */
static bool clock_port(struct cell *cell, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	struct arch_cell *arch = &cell->arch;
	uint8_t *reg = port & 1 ? &arch->clock[arch->clock_index % sizeof(arch->clock)]
				: &arch->clock_index;

	if ((port & ~1) != PORT_CLOCK || size != 1)
		return false;
	if (write)
		*reg = (uint8_t)*value;
	else
		*value = *reg;
	return true;
}

/* Absent ports read all ones, in cells that violations don't stop. The timer reads 0: it doesn't
 * run, so that Linux soon gives up calibrating by it. */
static bool cell_port(struct cell *cell, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	if (console_port(cell, port, size, write, value) ||
	    clock_port(cell, port, size, write, value))
		return true;
	if (!write)
		*value = (port & ~3) == PORT_TIMER ? 0 : ~0u;
	return cell->config->flags & BH_CELL_ON_VIOLATION_ABORT;
}

/* To root, ports of cells are absent. */
static void root_port(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	for (unsigned i = 0; i < size; i++) {
		uint16_t p = (uint16_t)(port + i);

		if (bit_test(root_iopm, p) && !power_is_port(p)) {
			if (!write)
				*value = ~0u;
			return;
		}
	}
	power_port(cpu, port, size, write, value);
}

bool port_emulate(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value)
{
	struct cell *cell = cpu->public.cell;
	bool root = cell->id == BH_ROOT_CELL;

	if (!root && write && size == 1)
		power_cell_port(cpu, port, (uint8_t)*value);
	/* The access touches the ports of PCI configuration space. The reset register is one of
	 * their bytes, but only for byte accesses by root. */
	if (port + size > PCI_PORT && port < PCI_PORT_END &&
	    !(root && size == 1 && power_is_port(port))) {
		pci_port(cell, port, size, write, value);
		return true;
	}
	if (!root)
		return cell_port(cell, port, size, write, value);
	root_port(cpu, port, size, write, value);
	return true;
}

/* ---- ownership ---- */

#define for_each_port(port, ranges, i, config)                                                   \
	for ((ranges) = bh_cell_ports(config), (i) = 0; (i) < (config)->n_ports; (i)++)          \
		for ((port) = (ranges)[i].first; (port) < (ranges)[i].first + (ranges)[i].count; \
		     (port)++)

static bool may_have(const struct cell *cell, uint32_t port, uint32_t range, struct bh_refusal *r)
{
	const struct bh_cell_part *config = cell->config;
	const struct uart *uart = arch_uarts[config->console_kind];

	if (is_pci(port) || power_is_port((uint16_t)port))
		return refuse_owned(r, BH_E_OWNED, BH_F_PORT, range, port, BH_OWNER_HYPERVISOR);
	if (uart && port - config->console_guest < uart->ports)
		return refuse(r, BH_E_OVERLAP, BH_F_PORT, range, port);
	for (unsigned i = BH_ROOT_CELL + 1; i < BH_MAX_CELLS; i++)
		if (cells[i] && cells[i]->arch.iopm && !bit_test(cells[i]->arch.iopm, port))
			return refuse_owned(r, BH_E_OWNED, BH_F_PORT, range, port, i);
	return true;
}

static bool ports_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct bh_range *ranges;
	uint32_t port, i;

	if (!cell->config->n_ports)
		return true;
	if (cell->id == BH_ROOT_CELL) /* root has all ports: its config lists none */
		return refuse(r, BH_E_UNSUPPORTED, BH_F_PORT, 0, cell->config->n_ports);
	cell->arch.iopm = take_pages(IOPM_PAGES, r);
	if (!cell->arch.iopm)
		return false;
	memset(cell->arch.iopm, 0xff, IOPM_PAGES * PAGE_SIZE);
	for_each_port (port, ranges, i, cell->config) {
		if (!may_have(cell, port, i, r))
			return false;
		bit_assign(cell->arch.iopm, port, false);
	}
	return true;
}

static void set_taken(const struct cell *cell, bool taken)
{
	const struct bh_range *ranges;
	uint32_t port, i;

	for_each_port (port, ranges, i, cell->config)
		set_root(port, taken);
}

static void ports_grant(struct cell *cell)
{
	set_taken(cell, true);
}

static void ports_revoke(struct cell *cell)
{
	set_taken(cell, false);
}

static void ports_release(struct cell *cell)
{
	pool_free(cell->arch.iopm, IOPM_PAGES);
}

static bool ports_audit(const struct cell *cell)
{
	for (uint32_t port = 0; cell->arch.iopm && port < PORTS; port++)
		if (!bit_test(cell->arch.iopm, port) &&
		    (!bit_test(root_iopm, port) || is_pci(port) || power_is_port((uint16_t)port)))
			return false;
	return true;
}

RESOURCE_AUDIT(ports_audit);

RESOURCE_CLASS(RANK_DEVICE, ports_class, .validate = ports_validate, .grant = ports_grant,
	       .revoke = ports_revoke, .release = ports_release);
