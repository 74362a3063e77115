// SPDX-License-Identifier: GPL-2.0
/*
 * kexec KERNEL BYTES INITRD BYTES TO: starts the kernel that is at the physical address KERNEL. The
 * initrd is copied from INITRD to TO, where the present device tree, which is used again, has its
 * own. The stock kernels only have kexec_load(), whose caller chooses addresses and entry code.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In Linux's memory, apart from the running kernel. */
#define KERNEL_AT 0x50000000ull
#define TREE_AT 0x5e000000ull
#define ENTRY_AT 0x5f000000ull

#define TREE_BYTES (1u << 20)
#define IMAGE_SIZE 2 /* 64-bit words from the start (Documentation/arm64/booting.rst) */

/* The entry code: x0 has the tree's address, x1 to x3 are 0. */
static struct {
	uint32_t code[4];
	uint64_t tree, kernel;
} entry = {
	.code = {
		0x58000080, /* ldr x0, tree */
		0x580000b0, /* ldr x16, kernel */
		0xaa1f03e1, /* mov x1, xzr */
		0xd61f0200, /* br x16 */
	},
	.tree = TREE_AT,
	.kernel = KERNEL_AT,
};

static void *must(void *memory)
{
	if (memory && memory != MAP_FAILED)
		return memory;
	perror("kexec");
	exit(1);
}

static struct kexec_segment segment(void *data, size_t bytes, uint64_t at, size_t room)
{
	return (struct kexec_segment){ data, bytes, (void *)at, (room + 4095) & ~4095ul };
}

int main(int argc, char **argv)
{
	static char tree[TREE_BYTES];
	int memory = open("/dev/mem", O_RDONLY | O_SYNC);
	FILE *file = must(fopen("/sys/firmware/fdt", "r"));
	size_t tree_bytes = fread(tree, 1, sizeof(tree), file);
	struct kexec_segment segments[4];
	uint64_t number[6] = { 0 };
	void *kernel, *initrd;

	for (int i = 1; i < argc && i < 6; i++)
		number[i] = strtoull(argv[i], NULL, 0);
	kernel = must(mmap(NULL, number[2], PROT_READ, MAP_SHARED, memory, number[1]));
	initrd = must(mmap(NULL, number[4], PROT_READ, MAP_SHARED, memory, number[3]));
	segments[0] = segment(kernel, number[2], KERNEL_AT, ((uint64_t *)kernel)[IMAGE_SIZE]);
	segments[1] = segment(initrd, number[4], number[5], number[4]);
	segments[2] = segment(tree, tree_bytes, TREE_AT, tree_bytes);
	segments[3] = segment(&entry, sizeof(entry), ENTRY_AT, sizeof(entry));
	if (!syscall(SYS_kexec_load, ENTRY_AT, 4, segments, KEXEC_ARCH_DEFAULT))
		syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			LINUX_REBOOT_CMD_KEXEC, NULL);
	perror("kexec");
	return 1;
}
