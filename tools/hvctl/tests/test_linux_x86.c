// SPDX-License-Identifier: GPL-2.0
/* hvctl cell linux on x86-64: kernels, what they are told, tables. */
#include <stdlib.h>
#include <unistd.h>

#include "acpi_tables.h"
#include "bzimage.h"
#include "fake.h"
#include "kernels.h"
#include "linux_start.h"
#include "sample.h"
#include "test.h"

#define MEBI (1ull << 20)

static uint8_t image[SAMPLE_KERNEL_BYTES];

static void poke(size_t offset, uint64_t value, size_t size)
{
	memcpy(image + offset, &value, size);
}

static uint64_t peek(const void *bytes, size_t offset, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, (const uint8_t *)bytes + offset, size);
	return value;
}

/* One sector of setup, 3 KiB of code; needs 8 MiB from 16 MiB on. */
static void make_image(void)
{
	memset(image, 0, sizeof(image));
	poke(0x1f1, 1, 1);
	poke(0x1f4, 3072 / 16, 4);
	poke(0x200, 0x6aeb, 2); /* to 0x26c */
	memcpy(image + 0x202, "HdrS", 4);
	poke(0x206, 0x20f, 2);
	poke(0x211, 1, 1);
	poke(0x22c, 0x7fffffff, 4);
	poke(0x236, 0x7f, 2);
	poke(0x238, 2047, 4);
	poke(0x258, 16 * MEBI, 8);
	poke(0x260, 8 * MEBI, 4);
	memset(image + 1024, 0x90, 3072);
}

static void check_bad(size_t size, const char *why)
{
	struct file_error error = { "" };
	struct bzimage read;

	CHECK(!bzimage_read(&read, image, size, &error));
	CHECK_HAS(error.text, why);
	make_image();
}

TEST(bzimages)
{
	struct file_error error = { "" };
	struct bzimage read;

	make_image();
	CHECK(bzimage_read(&read, image, sizeof(image), &error));
	CHECK(read.header == 0x1f1 && read.header_size == 0x26c - 0x1f1);
	CHECK(read.code == 1024 && read.code_size == 3072);
	CHECK(read.address == 16 * MEBI && read.init_size == 8 * MEBI);
	poke(0x201, 0xff, 1); /* not beyond its place in struct boot_params */
	CHECK(bzimage_read(&read, image, sizeof(image), &error));
	CHECK(read.header + read.header_size == 0x290);
	make_image();
}

TEST(bzimages_that_cannot_be)
{
	make_image();
	check_bad(0x263, "has 611 bytes: too few for a kernel");
	check_bad(sizeof(image) - 1, "is damaged: it was cut off after 4095 of 4096 bytes");
	poke(0x202, 0, 4);
	check_bad(sizeof(image), "is no x86 kernel: it hasn't \"HdrS\" at byte 514");
	poke(0x202, 0, 4);
	memcpy(image, "\177ELF", 4);
	check_bad(sizeof(image), "is an ELF file: what is needed is the bzImage");
	poke(0x202, 0, 4);
	memcpy(image + 56, "ARM\x64", 4);
	check_bad(sizeof(image), "is a kernel for arm64 (Image); this machine is x86-64");
	poke(0x206, 0x209, 2);
	check_bad(sizeof(image), "speaks version 2.9 of the boot protocol: 2.12 is needed");
	poke(0x211, 0, 1);
	check_bad(sizeof(image), "is a zImage");
	poke(0x236, 0x7e, 2);
	check_bad(sizeof(image), "is a kernel of 32 bits");
	poke(0x260, 3071, 4);
	check_bad(sizeof(image), "has a broken header: init_size 0xbff");
	poke(0x258, 1ull << 32, 8);
	check_bad(sizeof(image), "pref_address 0x100000000");
}

/* ---- a start ---- */

/* The sample's cell "other", as one of x86: CPU 2, 26 MiB from 0 on, a console at 0x3f8. */
static void make_start(struct linux_start *start, struct sample *sample)
{
	sample_make(sample);
	sample->system->platform.x86 = (struct bh_x86_platform){
		.apic_phys = 0xfee00000,
		.n_io_apics = 1,
		.io_apics = { { 0xfec00000, 0, 0 } },
	};
	sample->system->cpus[2].hw_id = 6;
	sample->other->entry = 0;
	sample->other->regions[0].guest = 0;
	sample->other->regions[0].size = 26 * MEBI;
	sample->other->console_kind = BH_CONSOLE_16550;
	sample->other->console_guest = 0x3f8;
	sample->other->console_irq = 5;
	strcpy(sample->other->args, "console=ttyS0");
	memset(start, 0, sizeof(*start));
	sample_parse(sample, &start->source.config.blob);
	start->source.part = sample->other;
}

static enum outcome prepare(struct linux_start *start, const char *cmdline)
{
	const char *file = temporary_file(image, sizeof(image));
	struct invocation invocation = { .command = &command_cell_linux };
	enum outcome outcome;

	fake_enable_sample();
	fake.clock_hz = 2300000000;
	invocation.values[0] = file;
	invocation.values[2] = cmdline;
	CHECK_TEXT(option(&invocation, "--kernel"), file);
	outcome = linux_prepare_x86(start, &invocation);
	return outcome;
}

static void free_start(struct linux_start *start)
{
	free(start->low);
	kernel_free(&start->kernel);
}

static const uint8_t *at(const struct linux_start *start, uint64_t guest)
{
	unsigned int i;

	for (i = 0; i < start->n_pieces; i++) {
		const struct linux_piece *piece = &start->pieces[i];

		if (guest >= piece->guest && guest - piece->guest < piece->size)
			return (const uint8_t *)piece->data + (guest - piece->guest);
	}
	test_failed(__FILE__, __LINE__, "nothing is at 0x%llx", (unsigned long long)guest);
	exit(1);
}

TEST(an_x86_linux_is_told_by_the_boot_protocol)
{
	struct linux_start start;
	struct sample sample;
	const uint8_t *params;

	make_image();
	make_start(&start, &sample);
	start.initrd = (struct file){ "ramdisk", 7 };
	if (!CHECK(prepare(&start, NULL) == OUTCOME_OK))
		return;
	params = at(&start, 0x1000);
	CHECK(memcmp(params + 0x1f1, image + 0x1f1, 0x200 - 0x1f1) == 0);
	CHECK(params[0x210] == 0xff && peek(params, 0x214, 4) == 16 * MEBI);
	CHECK(peek(params, 0x218, 4) == 24 * MEBI && peek(params, 0x21c, 4) == 7);
	CHECK_TEXT((const char *)at(&start, peek(params, 0x228, 4)),
		   "console=ttyS0 tsc_early_khz=2300000 tsc=reliable");
	CHECK(memcmp(at(&start, peek(params, 0x070, 8)), "RSD PTR ", 8) == 0);
	/* Memory: below the hole, the tables in it, the rest. */
	CHECK(params[0x1e8] == 3);
	CHECK(peek(params, 0x2d0, 8) == 0 && peek(params, 0x2d8, 8) == 0xa0000);
	CHECK(peek(params, 0x2e4, 8) == 0xf0000 && peek(params, 0x2f4, 4) == 3);
	CHECK(peek(params, 0x2f8, 8) == MEBI && peek(params, 0x300, 8) == 25 * MEBI);
	CHECK(*at(&start, 16 * MEBI) == 0x90 && *at(&start, 24 * MEBI) == 'r');
	/* The start code knows where to go, and leaves the BIOS's data alone. */
	CHECK(peek(at(&start, 0x3e0), 12, 4) == 2300000);
	CHECK(peek(at(&start, 0x3e0), 16, 4) == 0x1000 &&
	      peek(at(&start, 0x3e0), 20, 4) == 1 << 24);
	CHECK(peek(at(&start, 0x400), 0, 8) == 0 && *at(&start, 0xffff0) == 0xba);
	free_start(&start);
}

/* hvctl's sentence for the sample's cell with this much memory. */
static void check_start(uint64_t size, uint64_t entry, const char *cmdline, const char *sentence)
{
	const char *kernel = temporary_file(image, sizeof(image));
	struct linux_start start;
	struct sample sample;

	make_start(&start, &sample);
	sample.other->regions[0].size = size;
	sample.other->entry = entry;
	fake_enable_sample();
	fake.arch = BH_ARCH_X86;
	fake.clock_hz = 2300000000;
	memcpy(fake.blob, sample.data, sample.size);
	CHECK(RUN("cell", "linux", "--kernel", kernel, "--initrd", "/proc/self/exe", "--cmdline",
		  cmdline, "other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, sentence);
	CHECK(fake.cells[1].status.state == BH_STATE_NONE);
}

TEST(x86_linux_cells_that_do_not_fit)
{
	char *cmdline = calloc(1, 2048);

	make_image();
	memset(cmdline, 'x', 2047);
	check_start(23 * MEBI, 0, "",
		    "the kernel needs 8192 KiB from 0x1000000 on, but the cell's loadable memory "
		    "ends at 0x1700000");
	check_start(24 * MEBI, 0, "", "the initrd needs ");
	check_start(64 * MEBI, 0x1000, "",
		    "has no loadable memory with all rights at guest address 0");
	check_start(64 * MEBI, 0, cmdline,
		    "the kernel arguments have 2047 bytes; this kernel takes 2047, with 35 that "
		    "are added");
	free(cmdline);
}

TEST(trees_are_not_for_x86)
{
	fake_enable_sample();
	fake.arch = BH_ARCH_X86;
	CHECK(RUN("cell", "linux", "--kernel", "none", "--dtb", "x", "other") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "--dtb and --overlay are for arm64");
	CHECK(RUN("cell", "linux", "--kernel", "/nonexistent", "other") == OUTCOME_BAD_FILE);
}

/* A command line for a start whose pieces all fit into the fake module: the addition is said. */
TEST(what_was_added_is_said)
{
	struct linux_start start;
	struct sample sample;

	make_image();
	make_start(&start, &sample);
	fake_enable_sample();
	fake.arch = BH_ARCH_X86;
	fake.clock_hz = 2300000000;
	memcpy(fake.blob, sample.data, sample.size);
	CHECK(RUN("cell", "linux", "--kernel", temporary_file(image, sizeof(image)), "other") ==
	      OUTCOME_OK);
	CHECK_HAS(run_stdout, "its console: hvctl cell console --attach other\n"
			      "To the kernel's arguments was added: tsc_early_khz=2300000 "
			      "tsc=reliable\n");
	CHECK(fake.cells[1].loaded_at == 16 * MEBI && fake.cells[1].loaded_size == 3072);
}

/* ---- tables ---- */

static bool sums_up(const uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	while (size--)
		sum = (uint8_t)(sum + *bytes++);
	return sum == 0;
}

static uint8_t tables[ACPI_TABLES_BYTES];

/* A table by its guest address. */
static const uint8_t *table(uint64_t guest, const char *signature)
{
	const uint8_t *t = tables + (guest - 0xf0000);

	CHECK(memcmp(t, signature, 4) == 0 && sums_up(t, peek(t, 4, 4)));
	return t;
}

TEST(acpi_tables_lead_to_each_other)
{
	const uint8_t *xsdt, *fadt, *madt, *dsdt;
	struct linux_start start;
	struct sample sample;

	make_start(&start, &sample);
	sample.other->cpus = 0xc;
	acpi_tables(tables, 0xf0000, sample.system, sample.other);
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
	struct linux_start start;
	struct sample sample;

	make_start(&start, &sample);
	sample.other->console_kind = BH_CONSOLE_NONE;
	acpi_tables(tables, 0xf0000, sample.system, sample.other);
	fadt = table(peek(table(peek(tables, 24, 8), "XSDT"), 36, 8), "FACP");
	dsdt = table(peek(fadt, 140, 8), "DSDT");
	CHECK(!memmem(dsdt, peek(dsdt, 4, 4), "COM1", 4));
	CHECK(memmem(dsdt, peek(dsdt, 4, 4), "RTC0", 4));
}

/* A region for each that there can be, with the longest names: it all fits, and each is there. */
TEST(acpi_tables_describe_shared_memory)
{
	static union {
		struct bh_cell_part part;
		uint8_t bytes[BH_PART_MAX];
	} cell;
	struct bh_shared *shared;
	const uint8_t *fadt, *dsdt;
	struct linux_start start;
	struct sample sample;
	uint32_t i, length;

	make_start(&start, &sample);
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
	acpi_tables(tables, 0xf0000, sample.system, &cell.part);
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
	cell.part.regions[0].flags = 0; /* no right to look */
	acpi_tables(tables, 0xf0000, sample.system, &cell.part);
	CHECK(!memmem(tables, sizeof(tables), shared[0].name, BH_NAME_SIZE - 1));
	CHECK(memmem(tables, sizeof(tables), shared[1].name, BH_NAME_SIZE - 1));
	CHECK(!memmem(tables, sizeof(tables), "read-only", 9));
}
