// SPDX-License-Identifier: GPL-2.0
/* The ACPI tables of a Linux cell. */
#include "kernels.h"
#include "linux/acpi/tables.h"
#include "sample.h"
#include "test.h"

static bool sums_up(const uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	while (size--)
		sum = (uint8_t)(sum + *bytes++);
	return sum == 0;
}

static uint8_t tables[ACPI_TABLES_BYTES];
static struct linux_pci pci;
static struct linux_pnp pnp;

/* Finds a table by its guest address. */
static const uint8_t *table(uint64_t guest, const char *signature)
{
	const uint8_t *t = tables + (guest - 0xf0000);

	CHECK(memcmp(t, signature, 4) == 0 && sums_up(t, peek(t, 4, 4)));
	return t;
}

TEST(acpi_tables_lead_to_each_other)
{
	const uint8_t *xsdt, *fadt, *madt, *dsdt;
	struct sample sample;

	sample_make_x86(&sample);
	sample.other->cpus = 0xc;
	acpi_tables(tables, 0xf0000, sample.system, sample.other, &pci, &pnp);
	CHECK(memcmp(tables, "RSD PTR ", 8) == 0 && sums_up(tables, 20) && sums_up(tables, 36));
	xsdt = table(peek(tables, 24, 8), "XSDT");
	CHECK(peek(xsdt, 4, 4) == 36 + 2 * 8);
	fadt = table(peek(xsdt, 36, 8), "FACP");
	CHECK(peek(fadt, 4, 4) == 276 && peek(fadt, 112, 4) & 1u << 20);
	CHECK(peek(fadt, 120, 8) == 0xcf9 && fadt[128] == 6 && peek(fadt, 248, 8) == 0xcf9);
	dsdt = table(peek(fadt, 140, 8), "DSDT");
	CHECK(memmem(dsdt, peek(dsdt, 4, 4),
		     "\x47\x01\xf8\x03\xf8\x03\x01\x08\x89\x06\0\x03\x01\x05", 14));
	madt = table(peek(xsdt, 44, 8), "APIC");
	CHECK(peek(madt, 4, 4) == 44 + 2 * 8 + 12 && peek(madt, 36, 4) == 0xfee00000);
	CHECK(madt[46] == 0 && madt[47] == 6 && madt[54] == 1 && madt[55] == 3);
	CHECK(madt[60] == 1 && peek(madt, 64, 4) == 0xfec00000);
}

TEST(acpi_tables_without_a_console)
{
	const uint8_t *fadt, *dsdt;
	struct sample sample;

	sample_make_x86(&sample);
	sample.other->console_kind = BH_CONSOLE_NONE;
	acpi_tables(tables, 0xf0000, sample.system, sample.other, &pci, &pnp);
	fadt = table(peek(table(peek(tables, 24, 8), "XSDT"), 36, 8), "FACP");
	dsdt = table(peek(fadt, 140, 8), "DSDT");
	CHECK(!memmem(dsdt, peek(dsdt, 4, 4), "COM1", 4));
	CHECK(memmem(dsdt, peek(dsdt, 4, 4), "RTC0", 4));
}

static const uint8_t *dsdt_of(const uint8_t *xsdt)
{
	return table(peek(table(peek(xsdt, 36, 8), "FACP"), 140, 8), "DSDT");
}

/* In the DSDT each bus of a cell is a host bridge with the windows of its functions. */
TEST(acpi_tables_describe_pci)
{
	/* Registers on bus 0, ports and registers on bus 0xab, where one function has no windows. */
	static const struct linux_pci some = {
		.any = true,
		.buses = { [0] = true, [3] = true, [0xab] = true },
		.n = 3,
		.windows = { { 0xfeb00000, 0xfeb1ffff, 0, false },
			     { 0xc000, 0xc01f, 0xab, true },
			     { 0x800000000, 0x80fffffff, 0xab, false } },
	};
	const uint8_t *xsdt, *dsdt, *mcfg, *fadt, *bridge, *next;
	struct sample sample;

	sample_make_x86(&sample);
	sample.system->platform.x86.mmconfig_phys = 0xb0000000;
	sample.system->platform.x86.mmconfig_buses = 256;
	acpi_tables(tables, 0xf0000, sample.system, sample.other, &some, &pnp);
	xsdt = table(peek(tables, 24, 8), "XSDT");
	CHECK(peek(xsdt, 4, 4) == 36 + 3 * 8);
	fadt = table(peek(xsdt, 36, 8), "FACP");
	CHECK(!(peek(fadt, 109, 2) & 1 << 3) && peek(fadt, 112, 4) & 1u << 19);
	mcfg = table(peek(xsdt, 52, 8), "MCFG");
	CHECK(peek(mcfg, 4, 4) == 60 && peek(mcfg, 44, 8) == 0xb0000000);
	CHECK(peek(mcfg, 52, 2) == 0 && mcfg[54] == 0 && mcfg[55] == 255);
	dsdt = dsdt_of(xsdt);
	bridge = memmem(dsdt, peek(dsdt, 4, 4), "PC00\x08_HID\x0c\x41\xd0\x0a\x03", 14);
	next = memmem(dsdt, peek(dsdt, 4, 4), "PC03", 4);
	if (!CHECK(bridge && next && bridge < next))
		return;
	CHECK(memmem(bridge, next - bridge, "_BBN\x0c\0\0\0\0", 9));
	CHECK(memmem(bridge, next - bridge, "\x8a\x2b\0\0\x0c\x01\0\0\0\0\0\0\0\0\0\0\xb0\xfe",
		     18));
	bridge = next;
	next = memmem(dsdt, peek(dsdt, 4, 4), "PCAB", 4);
	if (!CHECK(next && bridge < next))
		return;
	CHECK(memmem(bridge, next - bridge, "\x88\x0d\0\x02\x0c\0\0\0\x03\0\x03\0\0\0\x01\0\x79",
		     17));
	CHECK(!memmem(bridge, next - bridge, "\x8a", 1));
	bridge = next;
	next = dsdt + peek(dsdt, 4, 4);
	CHECK(memmem(bridge, next - bridge,
		     "\x88\x0d\0\x01\x0c\x03\0\0\0\xc0\x1f\xc0\0\0\x20\0\x8a", 17));
}

/* Without physical ids, Linux would send messages that the hypervisor rejects. */
TEST(acpi_tables_without_pci)
{
	const uint8_t *xsdt, *fadt;
	struct sample sample;

	sample_make_x86(&sample);
	acpi_tables(tables, 0xf0000, sample.system, sample.other, &pci, &pnp);
	xsdt = table(peek(tables, 24, 8), "XSDT");
	fadt = table(peek(xsdt, 36, 8), "FACP");
	CHECK(peek(fadt, 109, 2) & 1 << 3 && !(peek(fadt, 112, 4) & 1u << 19));
	CHECK(!memmem(tables, sizeof(tables), "MCFG", 4));
}

/* The maximum of shared regions with the longest names fits into the tables. */
TEST(acpi_tables_describe_shared_memory)
{
	static union {
		struct bh_cell_part part;
		uint8_t bytes[BH_PART_MAX];
	} cell;
	struct bh_shared *shared;
	const uint8_t *fadt, *dsdt;
	struct sample sample;
	uint32_t i, length;

	sample_make_x86(&sample);
	cell.part.n_regions = cell.part.n_shared = BH_MAX_SHARED;
	shared = (struct bh_shared *)bh_cell_shared(&cell.part);
	for (i = 0; i < BH_MAX_SHARED; i++) {
		cell.part.regions[i] = (struct bh_region){
			.guest = (uint64_t)(i + 1) << 32,
			.size = BH_PAGE_SIZE,
			.type = BH_REGION_SHARED,
			.flags = BH_REGION_READ | (i % 2 ? BH_REGION_WRITE : 0),
		};
		shared[i].region = (uint16_t)i;
		shared[i].irq = (uint16_t)(100 + i);
		snprintf(shared[i].name, BH_NAME_SIZE, "a-region-with-a-very-long-nam%02u", i);
	}
	acpi_tables(tables, 0xf0000, sample.system, &cell.part, &pci, &pnp);
	fadt = table(peek(table(peek(tables, 24, 8), "XSDT"), 36, 8), "FACP");
	dsdt = table(peek(fadt, 140, 8), "DSDT");
	length = (uint32_t)peek(dsdt, 4, 4);
	for (i = 0; i < BH_MAX_SHARED; i++) {
		const uint8_t irq[] = { 0x89, 0x06, 0x00, 0x03, 0x01, (uint8_t)(100 + i), 0, 0, 0 };

		CHECK(memmem(dsdt, length, shared[i].name, strlen(shared[i].name) + 1));
		CHECK(memmem(dsdt, length, irq, sizeof(irq)));
	}
	CHECK(memmem(dsdt, length, "\x0dread-only", 11));
	cell.part.n_shared = 2;
	cell.part.regions[0].flags = 0; /* not readable */
	acpi_tables(tables, 0xf0000, sample.system, &cell.part, &pci, &pnp);
	CHECK(!memmem(tables, sizeof(tables), shared[0].name, BH_NAME_SIZE - 1));
	CHECK(memmem(tables, sizeof(tables), shared[1].name, BH_NAME_SIZE - 1));
	CHECK(!memmem(tables, sizeof(tables), "read-only", 9));
}
