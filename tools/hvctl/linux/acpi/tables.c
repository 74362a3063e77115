// SPDX-License-Identifier: GPL-2.0
#include "linux/acpi/tables.h"
#include "linux/acpi/writer.h"

#define RESET_PORT 0xcf9u /* emulated by the hypervisor for cells: reset and sleep control */
#define RESET_VALUE 6u

/* FADT (5.2.9) */
#define BOOT_NO_VGA (1u << 2)
#define BOOT_NO_MSI (1u << 3)
#define FLAG_WBINVD (1u << 0)
#define FLAG_NO_POWER_BUTTON (1u << 4)
#define FLAG_NO_SLEEP_BUTTON (1u << 5)
#define FLAG_RESET_REGISTER (1u << 10)
#define FLAG_PHYSICAL_IDS (1u << 19)
#define FLAG_HW_REDUCED (1u << 20)
#define SPACE_MEMORY 0u
#define SPACE_PORTS 1u

/* The header of each table (5.2.6). */
struct table_header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem[6], oem_table[8];
	uint32_t oem_revision, creator, creator_revision;
};

static uint8_t checksum(const uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	while (size--)
		sum = (uint8_t)(sum + *bytes++);
	return (uint8_t)-sum;
}

/* Starts an aligned table; returns its offset. */
static size_t begin_table(struct writer *w, const char *signature, uint8_t revision)
{
	struct table_header header = { .revision = revision,
				       .oem = "BLKHED",
				       .oem_table = "BULKHEAD",
				       .oem_revision = htole32(1),
				       .creator_revision = htole32(1) };

	w->used = (w->used + 7) & ~7ul;
	memcpy(header.signature, signature, 4);
	memcpy(&header.creator, "BLKH", 4);
	put(w, &header, sizeof(header));
	return w->used - sizeof(header);
}

/* Fills in length and checksum; returns the guest address. */
static uint64_t end_table(struct writer *w, size_t start)
{
	set(w, start + offsetof(struct table_header, length), w->used - start, 4);
	set(w, start + offsetof(struct table_header, checksum),
	    checksum(w->bytes + start, w->used - start), 1);
	return w->guest + start;
}

/* ---- FADT: control; MADT: CPUs and I/O APICs; MCFG: configuration space ---- */

static void set_register(struct writer *w, size_t offset, uint8_t space, uint64_t address)
{
	set(w, offset, space | 8u << 8 | 1u << 24, 4); /* 8 bits, byte access */
	set(w, offset + 4, address, 8);
}

/* Messages must use physical APIC ids: the hypervisor rejects other destinations. */
static uint64_t put_fadt(struct writer *w, uint64_t dsdt, uint64_t sleep_status, bool messages)
{
	size_t t = begin_table(w, "FACP", 6);

	memset(w->bytes + w->used, 0, 276 - sizeof(struct table_header));
	w->used = t + 276;
	set(w, t + 40, dsdt, 4);
	set(w, t + 109, BOOT_NO_VGA | (messages ? 0 : BOOT_NO_MSI), 2);
	set(w, t + 112,
	    FLAG_WBINVD | FLAG_NO_POWER_BUTTON | FLAG_NO_SLEEP_BUTTON | FLAG_RESET_REGISTER |
		    FLAG_HW_REDUCED | (messages ? FLAG_PHYSICAL_IDS : 0),
	    4);
	set_register(w, t + 116, SPACE_PORTS, RESET_PORT);
	set(w, t + 128, RESET_VALUE, 1);
	set(w, t + 131, 5, 1); /* minor version: 6.5 */
	set(w, t + 140, dsdt, 8);
	set_register(w, t + 244, SPACE_PORTS, RESET_PORT);
	set_register(w, t + 256, SPACE_MEMORY, sleep_status);
	return end_table(w, t);
}

static void put_cpu(struct writer *w, uint8_t number, uint64_t apic_id)
{
	put_number(w, 0, 1);
	put_number(w, 8, 1);
	put_number(w, number, 1);
	put_number(w, apic_id, 1);
	put_number(w, 1, 4); /* flags: the CPU is enabled */
}

static void put_io_apic(struct writer *w, uint8_t id, const struct bh_io_apic *chip)
{
	put_number(w, 1, 1);
	put_number(w, 12, 1);
	put_number(w, id, 2);
	put_number(w, chip->phys, 4);
	put_number(w, chip->first_irq, 4);
}

static uint64_t put_madt(struct writer *w, const struct bh_system_part *system,
			 const struct bh_cell_part *part)
{
	const struct bh_x86_platform *platform = &system->platform.x86;
	size_t t = begin_table(w, "APIC", 6);
	uint32_t i, n = 0;

	put_number(w, platform->apic_phys, 4);
	put_number(w, 0, 4); /* flags: there is no 8259 */
	for (i = 0; i < system->n_cpus && i < BH_MAX_CPUS; i++)
		if (part->cpus >> i & 1)
			put_cpu(w, (uint8_t)n++, system->cpus[i].hw_id);
	for (i = 0; i < platform->n_io_apics && i < BH_MAX_IO_APICS; i++)
		put_io_apic(w, (uint8_t)i, &platform->io_apics[i]);
	return end_table(w, t);
}

/* Writes the MCFG: the address of PCI configuration space (PCI Firmware 3.0, 4.1.2). */
static uint64_t put_mcfg(struct writer *w, const struct bh_x86_platform *platform)
{
	size_t t = begin_table(w, "MCFG", 1);

	put_number(w, 0, 8);
	put_number(w, platform->mmconfig_phys, 8);
	put_number(w, 0, 3); /* segment, first bus */
	put_number(w, platform->mmconfig_buses - 1, 1);
	put_number(w, 0, 4);
	return end_table(w, t);
}

/* ---- RSDP, XSDT ---- */

#define RSDP_BYTES 36u /* size of the RSDP (5.2.5.3) */
#define STATUS 40u     /* offset of the sleep status register, a byte after the RSDP */

_Static_assert(48 + 5 * 48 + 276 + 8 * BH_MAX_CPUS + 12 * BH_MAX_IO_APICS + 256 +
			       SHARED_MAX * BH_MAX_SHARED + BRIDGE_MAX * PCI_BUSES +
			       WINDOW_MAX * PCI_WINDOWS + PNP_MAX * PNP_DEVICES <=
		       ACPI_TABLES_BYTES,
	       "all tables at their largest");

static void put_pointer(struct writer *w, uint64_t xsdt)
{
	put(w, "RSD PTR \0BLKHED\x02\0\0\0\0", 20);
	put_number(w, RSDP_BYTES, 4);
	put_number(w, xsdt, 8);
	put_number(w, 0, 4);
	set(w, 8, checksum(w->bytes, 20), 1);
	set(w, 32, checksum(w->bytes, RSDP_BYTES), 1);
}

size_t acpi_tables(uint8_t tables[ACPI_TABLES_BYTES], uint64_t guest,
		   const struct bh_system_part *system, const struct bh_cell_part *part,
		   const struct linux_pci *pci, const struct linux_pnp *pnp)
{
	struct writer w = { .bytes = tables, .used = 48, .guest = guest };
	uint64_t dsdt, fadt, madt, mcfg = 0, xsdt;
	size_t table, bytes;

	memset(tables, 0, ACPI_TABLES_BYTES);
	table = begin_table(&w, "DSDT", 2);
	put_devices(&w, part, pci, pnp);
	dsdt = end_table(&w, table);
	fadt = put_fadt(&w, dsdt, guest + STATUS, pci->any);
	madt = put_madt(&w, system, part);
	if (pci->any)
		mcfg = put_mcfg(&w, &system->platform.x86);
	table = begin_table(&w, "XSDT", 1);
	put_number(&w, fadt, 8);
	put_number(&w, madt, 8);
	if (pci->any)
		put_number(&w, mcfg, 8);
	xsdt = end_table(&w, table);
	bytes = w.used;
	w.used = 0;
	put_pointer(&w, xsdt);
	return bytes;
}
