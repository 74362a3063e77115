// SPDX-License-Identifier: GPL-2.0
/* fw_cfg by DMA (QEMU's docs/specs/fw_cfg.txt). */
#include "bytes.h"
#include "console.h"
#include "fw_cfg.h"
#include "machine.h"
#include "sysreg.h"

#define FW_CFG_DMA_REGISTER 0x10
#define FW_CFG_DIRECTORY 0x19
#define DMA_ERROR 1u
#define DMA_READ 2u
#define DMA_SELECT 8u

struct dma { /* big-endian */
	uint32_t control;
	uint32_t length;
	uint64_t address;
};

struct directory_entry { /* big-endian */
	uint32_t size;
	uint16_t key;
	uint16_t reserved;
	char name[56];
};

#define BUFFER (DMA_BLOCK + 0x100)

void fw_cfg_read(uint16_t key, uint64_t pa, uint32_t size)
{
	volatile struct dma *dma = (void *)DMA_BLOCK;

	dma->control = be32((uint32_t)key << 16 | DMA_SELECT | DMA_READ);
	dma->length = be32(size);
	dma->address = be64(pa);
	dsb(); /* the device reads the block */
	write64(FW_CFG_BASE + FW_CFG_DMA_REGISTER, be64(DMA_BLOCK));
	while (be32(dma->control) & ~DMA_ERROR)
		;
	if (dma->control)
		give_up("fw_cfg refuses", 1, "key", (uint64_t)key);
}

uint32_t fw_cfg_number(uint16_t key)
{
	fw_cfg_read(key, BUFFER, sizeof(uint32_t));
	return read32(BUFFER); /* this architecture's byte order */
}

uint32_t fw_cfg_file(const char *name, char *buffer, uint32_t size)
{
	const struct directory_entry *entry = (void *)(BUFFER + sizeof(uint32_t));
	uint32_t count, bytes;

	fw_cfg_read(FW_CFG_DIRECTORY, BUFFER, sizeof(uint32_t));
	count = be32(read32(BUFFER));
	fw_cfg_read(FW_CFG_DIRECTORY, BUFFER, sizeof(uint32_t) + count * sizeof(*entry));
	while (count && !text_equals(entry->name, name)) {
		entry++;
		count--;
	}
	if (!count)
		return 0;
	bytes = be32(entry->size);
	if (bytes >= size)
		give_up("a file is too long", 1, "bytes", (uint64_t)bytes);
	fw_cfg_read(be16(entry->key), BUFFER, bytes);
	copy_bytes(buffer, (void *)BUFFER, bytes);
	buffer[bytes] = '\0';
	return bytes;
}
