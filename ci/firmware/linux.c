// SPDX-License-Identifier: GPL-2.0
/* Linux, started as a boot loader would. */
#include "console.h"
#include "fw_cfg.h"
#include "linux.h"
#include "machine.h"
#include "sysreg.h"
#include "tree.h"

/* The header of an image (Documentation/arch/arm64/booting.rst). */
#define IMAGE_SIZE 16 /* with memory behind the file's end */
#define IMAGE_MAGIC 56
#define IMAGE_MAGIC_VALUE 0x644d5241 /* "ARM\x64" */

uint64_t linux_load(struct context *context)
{
	uint32_t kernel_bytes = fw_cfg_number(FW_CFG_KERNEL_SIZE);
	uint32_t initrd_bytes = fw_cfg_number(FW_CFG_INITRD_SIZE);

	if (kernel_bytes > DMA_BLOCK - KERNEL)
		give_up("the kernel is too long", 1, "bytes", (uint64_t)kernel_bytes);
	fw_cfg_read(FW_CFG_KERNEL_DATA, KERNEL, kernel_bytes);
	if (read32(KERNEL + IMAGE_MAGIC) != IMAGE_MAGIC_VALUE ||
	    read64(KERNEL + IMAGE_SIZE) > DMA_BLOCK - KERNEL)
		give_up("no kernel, or it is too long", 0);
	if (initrd_bytes)
		fw_cfg_read(FW_CFG_INITRD_DATA, INITRD, initrd_bytes);
	tree_make(initrd_bytes);
	context->x[0] = TREE;
	for (int i = 1; i < 4; i++)
		context->x[i] = 0;
	return KERNEL;
}
