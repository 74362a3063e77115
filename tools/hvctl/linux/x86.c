// SPDX-License-Identifier: GPL-2.0
/*
 * Linux in a cell on x86-64, by its boot protocol (Linux, Documentation/arch/x86/boot.rst and
 * zero-page.rst). Layout of the loadable memory; its first region is at guest address 0:
 *
 *     0            code that sets the clock and enters the kernel
 *     4 KiB        struct boot_params
 *     8 KiB        the kernel's arguments
 *     0xf0000      ACPI tables
 *     0xffff0      code that requests a reset. Linux jumps there to reboot: hardware-reduced ACPI
 *                  makes it try EFI first, then the BIOS of a PC
 *     16 MiB       kernel (at its preferred address), and the memory that it needs
 *     after that   initial RAM disk
 *
 * If the first region is too small, kernel and initial RAM disk are in the next region that is
 * large enough, at its start or at the kernel's preferred address. Linux reserves memory below
 * 1 MiB, so there is no DMA to it: only the rest needs guest addresses equal to physical ones.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "device/backend.h"
#include "linux/acpi/tables.h"
#include "linux/bzimage.h"
#include "linux/start.h"
#include "request/device_call.h"

#define PARAMS_GUEST 0x1000u
#define CMDLINE_GUEST 0x2000u
#define CMDLINE_BYTES 0x1000u
#define TABLES_GUEST 0xf0000u
#define VECTOR_GUEST 0xffff0u
#define LOW_END 0xa0000u /* start of the area of devices and firmware on a PC */
#define HIGH_START 0x100000u
#define HIGH_END (1ull << 32) /* the kernel is entered in 32-bit mode */
#define RIGHTS (BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE | BH_REGION_LOADABLE)

/* struct boot_params */
#define PARAMS_RSDP 0x070
#define PARAMS_E820_ENTRIES 0x1e8
#define PARAMS_LOADER 0x210
#define PARAMS_CODE 0x214
#define PARAMS_INITRD 0x218
#define PARAMS_INITRD_SIZE 0x21c
#define PARAMS_CMDLINE 0x228
#define PARAMS_E820 0x2d0
#define E820_BYTES 20u
#define E820_RAM 1u
#define E820_RESERVED 2u
#define E820_ACPI 3u
#define LOADER_UNDEFINED 0xffu

/* x86_stub.S */
#define STUB_BYTES 0x400u
#define STUB_DATA 0x3e0u
struct stub_data {
	uint64_t tsc;
	uint32_t seconds, tsc_khz, params, kernel;
};
extern const uint8_t linux_x86_stub[STUB_BYTES];

/* In real mode: mov $0xcf9, %dx; mov $6, %al; out %al, %dx; hlt */
static const uint8_t reset_vector[] = { 0xba, 0xf9, 0x0c, 0xb0, 0x06, 0xee, 0xf4 };

/* The contents of the memory below the kernel, from guest address 0 on. */
struct low {
	uint8_t stub[PARAMS_GUEST];
	uint8_t params[CMDLINE_GUEST - PARAMS_GUEST];
	char cmdline[CMDLINE_BYTES];
	uint8_t tables[ACPI_TABLES_BYTES];
};

/* State of a start, besides struct linux_start. */
struct x86 {
	const struct bh_region *first, *memory; /* the one at 0; the kernel's */
	struct bzimage image;
	struct low *low;
	struct linux_pci *pci;
	struct linux_pnp pnp;
	uint64_t kernel, initrd, tsc_khz;
	size_t tables;
};

static void set(uint8_t *bytes, size_t offset, uint64_t value, size_t size)
{
	value = htole64(value);
	memcpy(bytes + offset, &value, size);
}

/* ---- placement ---- */

static uint64_t end_of(const struct bh_region *region)
{
	return region->guest + region->size;
}

static enum outcome too_small(const struct x86 *x, const char *what, uint64_t start, uint64_t size)
{
	say("%s needs %" PRIu64 " KiB from 0x%" PRIx64
	    " on, but the cell's loadable memory ends at 0x%" PRIx64,
	    what, (size + 1023) / 1024, start, end_of(x->memory));
	return OUTCOME_BAD_FILE;
}

static bool takes_kernel(const struct bh_region *region)
{
	return region->type == BH_REGION_RAM && (region->flags & RIGHTS) == RIGHTS;
}

/*
 * Chooses the kernel's region and address. The address is not below the preferred one: a kernel
 * loaded lower would move itself there.
 */
static void choose_memory(struct x86 *x, const struct bh_cell_part *part)
{
	const struct bzimage *image = &x->image;
	uint64_t mask = image->alignment - 1, at;
	uint32_t i;

	x->memory = x->first;
	x->kernel = image->address;
	for (i = 0; i < part->n_regions && end_of(x->memory) <= image->address; i++) {
		const struct bh_region *region = &part->regions[i];

		at = (region->guest + mask) & ~mask;
		if (at < image->address)
			at = image->address;
		if (!takes_kernel(region) || at < region->guest || at >= end_of(region) ||
		    at >= HIGH_END)
			continue;
		x->memory = region;
		x->kernel = at;
	}
}

static enum outcome place(struct x86 *x, const struct linux_start *start)
{
	const struct bh_cell_part *part = start->source.part;
	const struct bzimage *image = &x->image;
	const struct bh_region *region = region_at_guest(part, 0);
	uint64_t end, size = start->initrd.size;

	if (!region || part->entry || !takes_kernel(region) || region->size < HIGH_START) {
		say("cell \"%s\" has no loadable memory with all rights at guest address 0, of "
		    "1 MiB at least, or doesn't start there; is it a Linux cell (linux: in the "
		    "config)?",
		    part->name);
		return OUTCOME_BAD_FILE;
	}
	if (!start->source.config.blob.system) {
		say("the config of cell \"%s\" doesn't describe the machine", part->name);
		return OUTCOME_BAD_FILE;
	}
	x->first = region;
	choose_memory(x, part);
	end = x->kernel + image->init_size;
	x->initrd = (end + BH_PAGE_SIZE - 1) & ~(uint64_t)(BH_PAGE_SIZE - 1);
	region = x->memory;
	if (x->kernel < HIGH_START || end > end_of(region) || end > HIGH_END)
		return too_small(x, "the kernel", x->kernel, image->init_size);
	if (size && (x->initrd > end_of(region) || size > end_of(region) - x->initrd ||
		     x->initrd + size - 1 > image->initrd_max))
		return too_small(x, "the initrd", x->initrd, size);
	return OUTCOME_OK;
}

/* ---- boot parameters ---- */

static void put_e820(uint8_t *params, uint64_t at, uint64_t size, uint32_t type)
{
	uint8_t n = params[PARAMS_E820_ENTRIES]++;
	size_t entry = PARAMS_E820 + n * E820_BYTES;

	set(params, entry, at, 8);
	set(params, entry + 8, size, 8);
	set(params, entry + 16, type, 4);
}

_Static_assert(BH_MAX_REGIONS + 3 <= 128, "E820_MAX_ENTRIES_ZEROPAGE");

static void put_memory(uint8_t *params, const struct x86 *x, const struct linux_start *start)
{
	const uint32_t needed = BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE;
	const struct bh_x86_platform *platform = &start->source.config.blob.system->platform.x86;
	const struct bh_cell_part *part = start->source.part;
	uint32_t i;

	put_e820(params, 0, LOW_END, E820_RAM);
	put_e820(params, TABLES_GUEST, ACPI_TABLES_BYTES, E820_ACPI);
	if (x->first->size > HIGH_START)
		put_e820(params, HIGH_START, x->first->size - HIGH_START, E820_RAM);
	for (i = 0; i < part->n_regions; i++) {
		const struct bh_region *region = &part->regions[i];

		if (region != x->first && region->type == BH_REGION_RAM &&
		    (region->flags & needed) == needed)
			put_e820(params, region->guest, region->size, E820_RAM);
	}
	if (x->pci->any) /* Linux uses MMCONFIG only if it is reserved */
		put_e820(params, platform->mmconfig_phys, (uint64_t)platform->mmconfig_buses << 20,
			 E820_RESERVED);
}

static void put_params(const struct x86 *x, const struct linux_start *start)
{
	const struct bzimage *image = &x->image;
	uint8_t *params = x->low->params;

	memcpy(params + image->header, start->kernel.data + image->header, image->header_size);
	params[PARAMS_LOADER] = LOADER_UNDEFINED;
	set(params, PARAMS_CODE, x->kernel, 4);
	set(params, PARAMS_INITRD, start->initrd.size ? x->initrd : 0, 4);
	set(params, PARAMS_INITRD_SIZE, start->initrd.size, 4);
	set(params, PARAMS_CMDLINE, CMDLINE_GUEST, 4);
	set(params, PARAMS_RSDP, TABLES_GUEST, 8);
	put_memory(params, x, start);
}

/*
 * Adds arguments about the TSC: the cell has no other clock by which Linux could measure the TSC's
 * rate, or watch it.
 */
static enum outcome put_arguments(const struct x86 *x, struct linux_start *start,
				  const char *arguments)
{
	size_t length = strlen(arguments), more;

	snprintf(start->added, sizeof(start->added), "tsc_early_khz=%" PRIu64 " tsc=reliable",
		 x->tsc_khz);
	more = strlen(start->added) + (length != 0);
	if (length + more >= CMDLINE_BYTES || length + more > x->image.cmdline_size) {
		say("the kernel arguments have %zu bytes; this kernel takes %" PRIu32
		    ", with %zu that are added",
		    length, x->image.cmdline_size, more);
		return OUTCOME_BAD_FILE;
	}
	snprintf(x->low->cmdline, CMDLINE_BYTES, "%s%s%s", arguments, length ? " " : "",
		 start->added);
	return OUTCOME_OK;
}

static void put_stub(const struct x86 *x)
{
	struct stub_data data = {
		.tsc = htole64(backend_counter()),
		.seconds = htole32((uint32_t)time(NULL)),
		.tsc_khz = htole32((uint32_t)x->tsc_khz),
		.params = htole32(PARAMS_GUEST),
		.kernel = htole32((uint32_t)x->kernel),
	};

	memcpy(x->low->stub, linux_x86_stub, STUB_BYTES);
	memcpy(x->low->stub + STUB_DATA, &data, sizeof(data));
}

/* ---- preparation ---- */

static const struct linux_need needs[] = {
	{ "X86_64", false, false },	    { "ACPI", false, false },
	{ "SERIAL_8250_PNP", true, false }, { "SERIAL_8250_CONSOLE", true, false },
	{ "BLK_DEV_INITRD", false, true },
};

static enum outcome read_kernel(struct x86 *x, struct linux_start *start)
{
	const char *path = start->kernel_path;
	struct file_error error;
	struct file file;
	enum outcome outcome = file_read(&file, path, IMAGE_MAX);

	if (outcome != OUTCOME_OK)
		return outcome;
	start->kernel.data = file.data;
	start->kernel.size = file.size;
	if (bzimage_read(&x->image, file.data, file.size, &error))
		return linux_check_options(start, needs, COUNT(needs));
	say("%s %s", path, error.text);
	return OUTCOME_BAD_FILE;
}

/* Root's Linux abandons a TSC with a wrong rate or with jumps; a cell has no other clock. */
static void note_clock(void)
{
	char clock[32];

	backend_kernel_text("/sys/devices/system/clocksource/clocksource0/current_clocksource",
			    clock, sizeof(clock));
	clock[strcspn(clock, "\n")] = '\0';
	if (clock[0] && strcmp(clock, "tsc") != 0)
		say("note: the clock of root's Linux is %s, not the TSC, which is the cell's only "
		    "clock: check its rate; root's log has the reason",
		    clock);
}

static enum outcome ask_clock(struct x86 *x)
{
	struct bh_ioc_info info = { 0 };
	enum outcome outcome = device_call(BH_IOC_INFO, &info, NULL);

	note_clock();
	x->tsc_khz = info.clock_hz / 1000;
	if (outcome == OUTCOME_OK && (!x->tsc_khz || x->tsc_khz > UINT32_MAX)) {
		say("the TSC's rate is unknown: %" PRIu64 " Hz", info.clock_hz);
		outcome = OUTCOME_REFUSED;
	}
	return outcome;
}

static enum outcome make_low(struct x86 *x, struct linux_start *start)
{
	const struct bh_cell_part *part = start->source.part;

	start->low = x->low = calloc(1, sizeof(*x->low));
	if (!x->low) {
		say("there is no memory for the start code");
		return OUTCOME_REFUSED;
	}
	put_stub(x);
	put_params(x, start);
	x->tables = acpi_tables(x->low->tables, TABLES_GUEST, start->source.config.blob.system,
				part, x->pci, &x->pnp);
	return put_arguments(x, start, start->arguments ? start->arguments : part->args);
}

static void add_pieces(const struct x86 *x, struct linux_start *start)
{
	const struct bzimage *image = &x->image;

	linux_add(start, "the start code", x->low, offsetof(struct low, tables), 0);
	linux_add(start, "the ACPI tables", x->low->tables, x->tables, TABLES_GUEST);
	linux_add(start, "the reset vector", reset_vector, sizeof(reset_vector), VECTOR_GUEST);
	linux_add(start, "the kernel", start->kernel.data + image->code, image->code_size,
		  x->kernel);
	linux_add(start, "the initrd", start->initrd.data, start->initrd.size, x->initrd);
}

/* A config has addresses and numbers, but not the ids by which drivers find devices. */
static enum outcome find_devices(struct x86 *x, const struct linux_start *start)
{
	const struct bh_cell_part *part = start->source.part;

	x->pci = malloc(sizeof(*x->pci));
	if (!x->pci) {
		say("there is no memory for a list of PCI functions");
		return OUTCOME_REFUSED;
	}
	linux_pci_find(x->pci, start->source.config.blob.system, part);
	linux_pnp_find(&x->pnp, part);
	if (linux_pnp_leaves(&x->pnp, x->pci, part))
		say("note: Linux in cell \"%s\" isn't told of some registers or I/O ports of its "
		    "config: they belong neither to a PCI function nor to a device of root's Linux "
		    "(/sys/bus/pnp) that the cell has completely. No driver finds them",
		    part->name);
	return OUTCOME_OK;
}

enum outcome linux_prepare_x86(struct linux_start *start)
{
	struct x86 x = { 0 };
	enum outcome outcome = OUTCOME_OK;

	if (start->tree_path || start->overlay_path) {
		say("--dtb and --overlay are for arm64: on x86-64 Linux gets ACPI tables");
		return OUTCOME_USAGE;
	}
	outcome = read_kernel(&x, start);
	if (outcome == OUTCOME_OK)
		outcome = place(&x, start);
	if (outcome == OUTCOME_OK)
		outcome = ask_clock(&x);
	if (outcome == OUTCOME_OK)
		outcome = find_devices(&x, start);
	if (outcome == OUTCOME_OK)
		outcome = make_low(&x, start);
	if (outcome == OUTCOME_OK)
		add_pieces(&x, start);
	free(x.pci);
	return outcome;
}
