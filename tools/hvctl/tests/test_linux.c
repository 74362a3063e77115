// SPDX-License-Identifier: GPL-2.0
/* hvctl cell linux, against the fake module; its tree and its layout. */
#include <libfdt.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "fake.h"
#include "kernels.h"
#include "linux/layout.h"
#include "linux/tree.h"
#include "sample.h"
#include "test.h"

#define MEBI (1ull << 20)

static char directory[] = "/tmp/hvctl-linux-XXXXXX";
static const char *const names[] = { "Image",	    "initrd", "cell.dtb",  "cell.dtbo", "x.bin",
				     "x.other.dtb", "x",      "vmlinuz-9", "config-9",	"kernel" };

static void remove_directory(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	rmdir(directory);
}

static void write_file(const char *name, const void *data, size_t size)
{
	static bool made;
	FILE *file;

	if (!made && mkdtemp(directory) && chdir(directory) == 0) {
		atexit(remove_directory);
		made = true;
	}
	file = fopen(name, "w");
	fwrite(data, 1, size, file);
	fclose(file);
}

/* Writes a tree with the memory of cell "other"; returns its size. */
static size_t make_tree(uint8_t tree[4096], uint64_t memory_size)
{
	int node;

	fdt_create_empty_tree(tree, 4096);
	fdt_setprop_u32(tree, 0, "#address-cells", 2);
	fdt_setprop_u32(tree, 0, "#size-cells", 2);
	node = fdt_add_subnode(tree, 0, "memory@40000000");
	fdt_setprop_string(tree, node, "device_type", "memory");
	fdt_setprop_u64(tree, node, "reg", 0x40000000);
	fdt_appendprop_u64(tree, node, "reg", memory_size);
	fdt_pack(tree);
	return fdt_totalsize(tree);
}

/* Kernel, initrd and tree for the cell "other". */
static void make_files(void)
{
	uint8_t image[SAMPLE_KERNEL_BYTES], tree[4096];

	sample_kernel(image, 2);
	write_file("Image", image, sizeof(image));
	write_file("initrd", "ramdisk", 7);
	write_file("cell.dtb", tree, make_tree(tree, 16 * MEBI));
	fake_enable_sample();
}

#define RUN_LINUX(...) RUN("cell", "linux", "--kernel", "Image", "--dtb", "cell.dtb", __VA_ARGS__)

TEST(linux_in_one_command)
{
	make_files();
	CHECK(RUN_LINUX("--initrd", "initrd", "demo/other") == OUTCOME_OK);
	CHECK_HAS(run_stdout, "Linux starts in cell \"other\", its id is 1\n");
	CHECK(fake.cells[1].status.state == BH_STATE_RUNNING);
	/* The last piece is the initrd: after the kernel, which has 1 MiB from 2 MiB on. */
	CHECK(fake.cells[1].loaded_at == 0x40300000 && fake.cells[1].loaded_size == 7);
	CHECK(RUN_LINUX("other") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "cell \"other\" is running; --restart stops it");
	CHECK(RUN_LINUX("--restart", "other") == OUTCOME_OK);
	CHECK(fake.shutdown.force == 1 && fake.cells[1].status.starts == 2);
	CHECK(fake.cells[1].loaded_at == 0x40200000);
}

TEST(linux_restarts_what_has_just_stopped)
{
	make_files();
	CHECK(RUN_LINUX("other") == OUTCOME_OK);
	fake.stops_before = true;
	CHECK(RUN_LINUX("--restart", "other") == OUTCOME_OK);
	CHECK(fake.cells[1].status.starts == 2 && strcmp(run_stderr, "") == 0);
	fake.fail_request = BH_IOC_CELL_SHUTDOWN;
	fake.refusal = (struct bh_refusal){ .code = BH_E_LOCKED };
	CHECK(RUN_LINUX("--restart", "other") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "stop cell \"other\"");
	CHECK(fake.cells[1].status.starts == 2);
}

TEST(linux_is_not_put_into_another_cell_of_that_name)
{
	make_files();
	CHECK(RUN_LINUX("other") == OUTCOME_OK);
	fake.cells[1].status.cpus <<= 1;
	CHECK(RUN_LINUX("--restart", "other") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "cell \"other\" exists, with other CPUs than in this config");
	CHECK(fake.cells[1].status.starts == 1 && fake.shutdown.id == 0);
}

TEST(linux_refusals_change_nothing)
{
	make_files();
	CHECK(RUN("cell", "linux", "other") == OUTCOME_USAGE);
	CHECK_HAS(run_stderr, "needs a kernel: --kernel FILE");
	CHECK(RUN_LINUX("test/other") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "system \"test\" is not enabled, \"demo\" is");
	CHECK(RUN_LINUX("demo/third") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "has no cell \"third\"");
	CHECK(RUN_LINUX("rt") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "the kernel needs 1024 KiB from 0x40200000 on, but the cell's "
			      "loadable memory ends at 0x40100000");
	CHECK(RUN("cell", "linux", "--kernel", "Image", "other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "there is no device tree /etc/bulkhead/demo.other.dtb");
	CHECK(RUN_LINUX("--initrd", "missing", "other") == OUTCOME_BAD_FILE);
	write_file("initrd", "", 0);
	CHECK(RUN_LINUX("--initrd", "initrd", "other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "initrd is empty: no initial RAM disk");
	CHECK(RUN_LINUX("--overlay", "initrd", "other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "the overlay is broken");
	write_file("Image", "", 0);
	CHECK(RUN_LINUX("other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "Image has 0 bytes: too few for a kernel");
	CHECK(fake.cells[1].status.state == BH_STATE_NONE);
}

TEST(linux_needs_its_options)
{
	uint8_t image[SAMPLE_KERNEL_BYTES];

	make_files();
	sample_kernel_with_options(image, "CONFIG_OF=y\nCONFIG_ARM_GIC_V3=y\nCONFIG_ARM_PSCI_FW=y\n"
					  "CONFIG_ARM_ARCH_TIMER=y\n");
	write_file("Image", image, sizeof(image));
	CHECK(RUN_LINUX("--initrd", "initrd", "other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "was built without options that Linux needs in cell \"other\": "
			      "CONFIG_BLK_DEV_INITRD\n");
	CHECK(RUN_LINUX("other") == OUTCOME_OK);
}

/* The options of a kernel that contains none are read from the file beside it. */
TEST(linux_options_beside_the_kernel)
{
	static const char some[] = "CONFIG_OF=y\nCONFIG_ARM_GIC_V3=y\nCONFIG_ARM_PSCI_FW=m\n";

	make_files();
	CHECK(rename("Image", "vmlinuz-9") == 0 && symlink("vmlinuz-9", "kernel") == 0);
	write_file("config-9", some, sizeof(some) - 1);
	CHECK(RUN("cell", "linux", "--kernel", "kernel", "--dtb", "cell.dtb", "other") ==
	      OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "kernel was built without options that Linux needs in cell "
			      "\"other\": CONFIG_ARM_ARCH_TIMER, CONFIG_ARM_PSCI_FW (by ");
	CHECK_HAS(run_stderr, "/config-9)\n");
	CHECK(fake.cells[1].status.state == BH_STATE_NONE);
	unlink("config-9");
	CHECK(RUN("cell", "linux", "--kernel", "kernel", "--dtb", "cell.dtb", "other") ==
	      OUTCOME_OK);
}

/* That file is not read if the kernel contains options, or has another name. */
TEST(linux_options_of_others)
{
	static const char none[] = "CONFIG_OF=n\n";
	uint8_t image[SAMPLE_KERNEL_BYTES];

	make_files();
	CHECK(rename("Image", "vmlinux-9") == 0);
	write_file("config-9", none, sizeof(none) - 1);
	CHECK(RUN("cell", "linux", "--kernel", "vmlinux-9", "--dtb", "cell.dtb", "other") ==
	      OUTCOME_OK);
	sample_kernel_with_options(image, "CONFIG_OF=y\nCONFIG_ARM_GIC_V3=y\nCONFIG_ARM_PSCI_FW=y\n"
					  "CONFIG_ARM_ARCH_TIMER=y\n");
	write_file("vmlinuz-9", image, sizeof(image));
	CHECK(RUN("cell", "linux", "--restart", "--kernel", "vmlinuz-9", "--dtb", "cell.dtb",
		  "other") == OUTCOME_OK);
}

TEST(linux_that_cannot_be_loaded_leaves_no_cell)
{
	make_files();
	fake.fail_request = BH_IOC_CELL_LOAD;
	fake.refusal = (struct bh_refusal){ .code = BH_D_NO_MEMORY, .owner = BH_OWNER_NONE };
	CHECK(RUN_LINUX("other") == OUTCOME_REFUSED);
	CHECK_HAS(run_stderr, "cannot load the start code into cell \"other\"");
	CHECK_HAS(run_stderr, "cell \"other\" is destroyed again");
	CHECK(fake.cells[1].status.state == BH_STATE_NONE);
}

TEST(linux_tree_beside_the_config)
{
	struct sample sample;
	uint8_t tree[4096];

	make_files();
	sample_make(&sample);
	write_file("x.bin", sample.data, sample.size);
	write_file("x.other.dtb", tree, make_tree(tree, 16 * MEBI));
	CHECK(RUN("cell", "linux", "--kernel", "Image", "./x.bin:other") == OUTCOME_OK);
	write_file("x", sample.data, sample.size);
	CHECK(RUN("cell", "linux", "--kernel", "Image", "--restart", "./x:other") == OUTCOME_OK);
	unlink("x.other.dtb");
	CHECK(RUN("cell", "linux", "--kernel", "Image", "./x:other") == OUTCOME_BAD_FILE);
	CHECK_HAS(run_stderr, "there is no device tree ./x.other.dtb for cell \"other\"");
}

static uint64_t property(const void *tree, const char *name)
{
	const fdt64_t *value = fdt_getprop(tree, fdt_path_offset(tree, "/chosen"), name, NULL);

	return value ? fdt64_ld(value) : 0;
}

TEST(what_a_start_adds_to_the_tree)
{
	struct linux_tree_source source = { .bootargs = "console=ttyAMA0",
					    .initrd = 0x40400000,
					    .initrd_size = 7 };
	uint8_t tree[4096];
	struct file_error error = { "" };
	struct sample sample;
	void *out = NULL;
	size_t size;

	sample_make(&sample);
	memset(source.seed, 0x55, sizeof(source.seed));
	source.tree = tree;
	source.tree_size = make_tree(tree, 16 * MEBI);
	if (!CHECK(linux_tree(&source, sample.other, 8192, &out, &size, &error)))
		CHECK_TEXT(error.text, "");
	CHECK(property(out, "linux,initrd-start") == 0x40400000);
	CHECK(property(out, "linux,initrd-end") == 0x40400007);
	CHECK(property(out, "kaslr-seed") == 0x5555555555555555);
	CHECK_TEXT(fdt_getprop(out, fdt_path_offset(out, "/chosen"), "bootargs", NULL),
		   source.bootargs);
	free(out);
	CHECK(!linux_tree(&source, sample.other, 512, &out, &size, &error));
	CHECK_HAS(error.text, "there is room for 512");
}

/* Writes an overlay for a deep node with n labels; returns its size. */
static size_t make_overlay(uint8_t overlay[4096], const char *target, unsigned int labels)
{
	char name[16];
	int node;

	fdt_create_empty_tree(overlay, 4096);
	node = fdt_add_subnode(overlay, 0, "fragment@0");
	fdt_setprop_string(overlay, node, "target-path", target);
	fdt_add_subnode(overlay, fdt_add_subnode(overlay, node, "__overlay__"), "n");
	node = fdt_add_subnode(overlay, 0, "__symbols__");
	while (labels--) {
		snprintf(name, sizeof(name), "l%u", labels);
		fdt_setprop_string(overlay, node, name, "/fragment@0/__overlay__/n");
	}
	fdt_pack(overlay);
	return fdt_totalsize(overlay);
}

#define LONG_NAME "a-node-with-quite-a-long-name"

TEST(labels_of_an_overlay_become_longer)
{
	static const char deep[] = "/" LONG_NAME "/" LONG_NAME "/" LONG_NAME;
	struct linux_tree_source source = { 0 };
	uint8_t tree[4096], overlay[4096];
	struct file_error error = { "" };
	struct sample sample;
	void *out = NULL;
	int i, node = 0;
	size_t size;

	sample_make(&sample);
	make_tree(tree, 16 * MEBI);
	fdt_open_into(tree, tree, sizeof(tree));
	for (i = 0; i < 3; i++)
		node = fdt_add_subnode(tree, node, LONG_NAME);
	fdt_add_subnode(tree, 0, "__symbols__");
	fdt_pack(tree);
	source.tree = tree;
	source.tree_size = fdt_totalsize(tree);
	source.overlay = overlay;
	source.overlay_size = make_overlay(overlay, deep, 40);
	if (!CHECK(linux_tree(&source, sample.other, 65536, &out, &size, &error)))
		CHECK_TEXT(error.text, "");
	CHECK(out && fdt_path_offset(out, "/__symbols__") > 0);
	free(out);
	CHECK(!linux_tree(&source, sample.other, 4608, &out, &size, &error));
	CHECK_HAS(error.text, "the overlay makes the device tree too large");
}

TEST(trees_that_cannot_be)
{
	char *bootargs = malloc(2049);
	struct linux_tree_source source = { 0 };
	uint8_t tree[4096];
	struct file_error error;
	struct sample sample;
	size_t size;
	void *out;

	sample_make(&sample);
	source.tree = tree;
	source.tree_size = make_tree(tree, 17 * MEBI);
	CHECK(!linux_tree(&source, sample.other, 8192, &out, &size, &error));
	CHECK_TEXT(error.text,
		   "the device tree names 0x1100000 bytes of memory at 0x40000000, which "
		   "are not all RAM of cell \"other\"");
	source.tree_size = 20;
	CHECK(!linux_tree(&source, sample.other, 8192, &out, &size, &error));
	CHECK_HAS(error.text, "the device tree is broken");
	source.tree_size = make_tree(tree, 16 * MEBI);
	memset(bootargs, 'x', 2048);
	bootargs[2048] = '\0';
	source.bootargs = bootargs;
	CHECK(!linux_tree(&source, sample.other, 8192, &out, &size, &error));
	CHECK_TEXT(error.text, "the kernel arguments have 2048 bytes; Linux takes 2047");
	free(bootargs);
	source.bootargs = NULL;
	fdt_setprop(tree, fdt_path_offset(tree, "/memory@40000000"), "reg", NULL, 0);
	CHECK(!linux_tree(&source, sample.other, 8192, &out, &size, &error));
	CHECK_TEXT(error.text, "the device tree's memory@40000000 has no usable reg");
	fdt_del_node(tree, fdt_path_offset(tree, "/memory@40000000"));
	CHECK(!linux_tree(&source, sample.other, 8192, &out, &size, &error));
	CHECK_TEXT(error.text, "the device tree names no memory");
}

TEST(layout_follows_the_boot_protocol)
{
	struct kernel kernel = { .text_offset = 0x80000, .image_size = 5 * MEBI + 1 };
	uint8_t stub[LINUX_STUB_BYTES];
	struct file_error error;
	struct linux_layout layout;
	struct sample sample;
	const struct linux_time now = { 1700000000, 62500000 };
	uint64_t data[4];

	sample_make(&sample);
	CHECK(linux_layout(&layout, sample.other, &kernel, 8 * MEBI, &error));
	CHECK(layout.kernel == 0x40280000 && layout.tree == 0x40002000 &&
	      layout.clock == 0x40001000);
	CHECK(layout.initrd == 0x40781000 && layout.tree_room == 2 * MEBI - 8192);
	linux_stub(stub, &layout, &now);
	memcpy(data, stub + 64, sizeof(data));
	CHECK(data[0] == layout.tree && data[1] == layout.kernel);
	CHECK(data[2] == now.seconds && data[3] == now.counter);
	CHECK(!linux_layout(&layout, sample.other, &kernel, 9 * MEBI, &error));
	CHECK_HAS(error.text, "the initrd needs 9216 KiB from 0x40781000 on");
	sample.other->entry = 0x40001000;
	CHECK(!linux_layout(&layout, sample.other, &kernel, 0, &error));
	CHECK_HAS(error.text, "is it a Linux cell (linux: in the config)?");
}

TEST(the_clock_reads_like_a_pl031)
{
	uint8_t page[BH_PAGE_SIZE];

	linux_clock(page);
	CHECK(page[0xc] == 1);
	CHECK(page[0xfe0] == 0x31 && page[0xfe4] == 0x10 && page[0xffc] == 0xb1);
}
