// SPDX-License-Identifier: GPL-2.0
/* hvctl cell linux on x86-64: kernels, and their boot parameters. */
#include <stdlib.h>
#include <unistd.h>

#include "fake.h"
#include "kernels.h"
#include "linux/bzimage.h"
#include "linux/start.h"
#include "sample.h"
#include "test.h"

#define MEBI (1ull << 20)

static uint8_t image[SAMPLE_KERNEL_BYTES];

static void poke(size_t offset, uint64_t value, size_t size)
{
	memcpy(image + offset, &value, size);
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
	poke(0x230, 2 * MEBI, 4);
	poke(0x234, 1, 1);
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
	CHECK(read.alignment == 2 * MEBI);
	poke(0x234, 0, 1);
	CHECK(bzimage_read(&read, image, sizeof(image), &error) && !read.alignment);
	poke(0x201, 0xff, 1); /* not beyond the header's space in struct boot_params */
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
	check_bad(sizeof(image), "is not an x86 kernel: it lacks \"HdrS\" at byte 514");
	poke(0x202, 0, 4);
	memcpy(image, "\177ELF", 4);
	check_bad(sizeof(image), "is an ELF file: use the bzImage");
	poke(0x202, 0, 4);
	memcpy(image + 56, "ARM\x64", 4);
	check_bad(sizeof(image), "is a kernel for arm64 (Image); this machine is x86-64");
	poke(0x206, 0x209, 2);
	check_bad(sizeof(image), "has boot protocol version 2.9: 2.12 is needed");
	poke(0x211, 0, 1);
	check_bad(sizeof(image), "is a zImage");
	poke(0x236, 0x7e, 2);
	check_bad(sizeof(image), "is a 32-bit kernel");
	poke(0x260, 3071, 4);
	check_bad(sizeof(image), "has a broken header: init_size 0xbff");
	poke(0x258, 1ull << 32, 8);
	check_bad(sizeof(image), "pref_address 0x100000000");
	poke(0x230, 0x201000, 4);
	check_bad(sizeof(image), "kernel_alignment 0x201000");
}

/* ---- a start ---- */

static void make_start(struct linux_start *start, struct sample *sample)
{
	sample_make_x86(sample);
	memset(start, 0, sizeof(*start));
	sample_parse(sample, &start->source.config.blob);
	start->source.part = sample->other;
}

static enum outcome prepare(struct linux_start *start, const char *cmdline)
{
	const char *file = temporary_file(image, sizeof(image));

	fake_enable_sample();
	fake.clock_hz = 2300000000;
	start->kernel_path = file;
	start->arguments = cmdline;
	return linux_prepare_x86(start);
}

/* Enables the sample as a system on x86-64, for tests that run hvctl. */
static void enable(const struct sample *sample)
{
	fake_enable_sample();
	fake.arch = BH_ARCH_X86;
	fake.clock_hz = 2300000000;
	memcpy(fake.blob, sample->data, sample->size);
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
	/* The memory map has RAM below the hole, ACPI tables in the hole, RAM above it. */
	CHECK(params[0x1e8] == 3);
	CHECK(peek(params, 0x2d0, 8) == 0 && peek(params, 0x2d8, 8) == 0xa0000);
	CHECK(peek(params, 0x2e4, 8) == 0xf0000 && peek(params, 0x2f4, 4) == 3);
	CHECK(peek(params, 0x2f8, 8) == MEBI && peek(params, 0x300, 8) == 25 * MEBI);
	CHECK(*at(&start, 16 * MEBI) == 0x90 && *at(&start, 24 * MEBI) == 'r');
	/* The start code has the kernel's address, and ends before the BIOS data area. */
	CHECK(peek(at(&start, 0x3e0), 12, 4) == 2300000);
	CHECK(peek(at(&start, 0x3e0), 16, 4) == 0x1000 &&
	      peek(at(&start, 0x3e0), 20, 4) == 1 << 24);
	CHECK(peek(at(&start, 0x400), 0, 8) == 0 && *at(&start, 0xffff0) == 0xba);
	free_start(&start);
}

/* Regions of a cell, the first one at 0: where is the kernel? */
struct place {
	struct bh_region first, others[2];
	bool fixed;
	uint64_t kernel; /* 0: refused */
};

static void check_place(const struct place *place)
{
	const uint32_t rights = BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE;
	static struct {
		struct bh_cell_part part;
		struct bh_region regions[3];
	} cell;
	FILE *terminal = stderr;
	struct linux_start start;
	struct sample sample;
	enum outcome outcome;

	make_image();
	poke(0x234, !place->fixed, 1);
	make_start(&start, &sample);
	cell.part = *sample.other;
	cell.part.n_regions = 3;
	cell.regions[0] = place->first;
	memcpy(&cell.regions[1], place->others, sizeof(place->others));
	cell.regions[0].flags = rights | BH_REGION_LOADABLE;
	cell.regions[1].flags |= rights;
	cell.regions[2].flags |= rights;
	start.source.part = &cell.part;
	start.initrd = (struct file){ "ramdisk", 7 };
	stderr = test_capture();
	outcome = prepare(&start, NULL);
	test_captured();
	stderr = terminal;
	CHECK((outcome == OUTCOME_OK) == (place->kernel != 0));
	if (place->kernel) {
		const uint8_t *params = at(&start, 0x1000);

		CHECK(peek(params, 0x214, 4) == place->kernel);
		CHECK(peek(at(&start, 0x3e0), 20, 4) == place->kernel);
		CHECK(*at(&start, place->kernel) == 0x90);
		CHECK(peek(params, 0x218, 4) == place->kernel + 8 * MEBI);
		CHECK(*at(&start, place->kernel + 8 * MEBI) == 'r');
	}
	free_start(&start);
}

#define AT(start, size, flags)                             \
	{                                                  \
		0, (start), (size), BH_REGION_RAM, (flags) \
	}
#define LOADABLE BH_REGION_LOADABLE

TEST(x86_kernels_find_memory)
{
	static const struct place places[] = {
		{ AT(0, 32 * MEBI, 0), { AT(1ull << 29, 32 * MEBI, LOADABLE) }, 0, 16 * MEBI },
		{ AT(0, MEBI, 0), { AT(1ull << 29, 32 * MEBI, LOADABLE) }, 0, 1 << 29 },
		{ AT(0, MEBI, 0), { AT(0x20001000, 32 * MEBI, LOADABLE) }, 0, 0x20200000 },
		{ AT(0, MEBI, 0), { AT(8 * MEBI, 32 * MEBI, LOADABLE) }, 0, 16 * MEBI },
		{ AT(0, MEBI, 0), { AT(8 * MEBI, 32 * MEBI, LOADABLE) }, true, 16 * MEBI },
		{ AT(0, MEBI, 0), { AT(1ull << 29, 32 * MEBI, LOADABLE) }, true, 0 },
		{ AT(0, MEBI, 0), { AT(17 * MEBI, 32 * MEBI, LOADABLE) }, true, 0 },
		{ AT(0, MEBI, 0),
		  { AT(1 << 28, 32 * MEBI, 0), AT(1ull << 29, 32 * MEBI, LOADABLE) },
		  0,
		  1 << 29 },
		{ AT(0, MEBI, 0),
		  { AT(1ull << 32, 32 * MEBI, LOADABLE), AT(1ull << 29, 32 * MEBI, LOADABLE) },
		  0,
		  1 << 29 },
		{ AT(0, MEBI, 0), { AT(1ull << 29, 8 * MEBI, LOADABLE) }, 0, 0 },
		{ AT(0, MEBI, 0), { AT(0xff800000, 16 * MEBI, LOADABLE) }, 0, 0 },
		{ AT(0, MEBI / 2, 0), { AT(1ull << 29, 32 * MEBI, LOADABLE) }, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		check_place(&places[i]);
}

/* Returns hvctl's message for the sample's cell with this much memory. */
static void check_start(uint64_t size, uint64_t entry, const char *cmdline, const char *sentence)
{
	const char *kernel = temporary_file(image, sizeof(image));
	struct linux_start start;
	struct sample sample;

	make_start(&start, &sample);
	sample.other->regions[0].size = size;
	sample.other->entry = entry;
	enable(&sample);
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

/* A start whose pieces fit into the fake module: the added arguments are printed. */
TEST(what_was_added_is_said)
{
	struct linux_start start;
	struct sample sample;

	make_image();
	make_start(&start, &sample);
	enable(&sample);
	CHECK(RUN("cell", "linux", "--kernel", temporary_file(image, sizeof(image)), "other") ==
	      OUTCOME_OK);
	CHECK_TEXT(run_stderr, "");
	CHECK_HAS(run_stdout, "its console: hvctl cell console --attach other\n"
			      "To the kernel's arguments was added: tsc_early_khz=2300000 "
			      "tsc=reliable\n");
	CHECK(fake.cells[1].loaded_at == 16 * MEBI && fake.cells[1].loaded_size == 3072);
}

TEST(a_clock_that_root_left_is_noted)
{
	struct linux_start start;
	struct sample sample;

	make_image();
	make_start(&start, &sample);
	enable(&sample);
	fake.clocksource = "hpet\n";
	CHECK(RUN("cell", "linux", "--kernel", temporary_file(image, sizeof(image)), "other") ==
	      OUTCOME_OK);
	CHECK_HAS(run_stderr, "note: the clock of root's Linux is hpet, not the TSC");
	fake.clocksource = "tsc\n";
	CHECK(RUN("cell", "linux", "--restart", "--kernel", temporary_file(image, sizeof(image)),
		  "other") == OUTCOME_OK);
	CHECK_TEXT(run_stderr, "");
}

TEST(devices_that_linux_is_not_told_of_are_noted)
{
	struct linux_start start;
	struct sample sample;

	make_image();
	make_start(&start, &sample);
	sample.rt->regions[0] = sample.other->regions[0];
	sample.rt->regions[1].type = BH_REGION_MMIO;
	sample.rt->entry = 0;
	enable(&sample);
	CHECK(RUN("cell", "linux", "--kernel", temporary_file(image, sizeof(image)), "rt") ==
	      OUTCOME_OK);
	CHECK_HAS(run_stderr, "note: Linux in cell \"rt\" isn't told of some registers");
	CHECK(RUN("cell", "linux", "--kernel", temporary_file(image, sizeof(image)), "other") ==
	      OUTCOME_OK);
	CHECK_TEXT(run_stderr, "");
}

/* A bzImage has no readable options, but the file beside it may. */
TEST(an_x86_kernel_needs_its_options)
{
	static const char some[] = "CONFIG_X86_64=y\nCONFIG_ACPI=y\n";
	char directory[] = "/tmp/hvctl-x86-XXXXXX", kernel[64], config[64];
	struct linux_start start;
	struct sample sample;
	FILE *file;

	make_image();
	make_start(&start, &sample);
	enable(&sample);
	CHECK(mkdtemp(directory) != NULL);
	snprintf(kernel, sizeof(kernel), "%s/vmlinuz-9", directory);
	snprintf(config, sizeof(config), "%s/config-9", directory);
	CHECK(symlink(temporary_file(some, sizeof(some) - 1), config) == 0);
	file = fopen(kernel, "w");
	fwrite(image, 1, sizeof(image), file);
	fclose(file);
	CHECK(RUN("cell", "linux", "--kernel", kernel, "other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "CONFIG_SERIAL_8250_PNP, CONFIG_SERIAL_8250_CONSOLE (by ");
	unlink(config);
	CHECK(RUN("cell", "linux", "--kernel", kernel, "other") == OUTCOME_OK);
	unlink(kernel);
	rmdir(directory);
}
