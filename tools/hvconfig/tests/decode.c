// SPDX-License-Identifier: GPL-2.0
/*
 * What the hypervisor's own decoder says to the parts of a blob (a file): a
 * line "code field index value" for each, all zero for an accepted one.
 */
#include <hyp/console.h>
#include <hyp/decode.h>
#include <stdio.h>

#ifndef ARCH
#define ARCH BH_ARCH_ARM64
#endif

const uint16_t arch_config_id = ARCH;
const bool arch_has_ports = ARCH == BH_ARCH_X86;
const uint32_t arch_system_flags =
	ARCH == BH_ARCH_X86
		? BH_SYSTEM_PROTECT
		: BH_SYSTEM_PROTECT | BH_SYSTEM_NO_SIP | BH_SYSTEM_NO_OEM | BH_SYSTEM_NO_TRUSTED_OS;
static void no_irq(struct cell *cell)
{
	(void)cell;
}

static const struct uart page = { .update = no_irq },
			 ports = { .ports = BH_16550_PORTS, .update = no_irq };
const struct uart *const arch_uarts[CONSOLE_KINDS] = {
	[BH_CONSOLE_PL011] = ARCH == BH_ARCH_ARM64 ? &page : NULL,
	[BH_CONSOLE_16550] = ARCH == BH_ARCH_X86 ? &ports : NULL,
};

static void show(const struct bh_part_header *part, size_t size)
{
	struct bh_refusal r = { 0 };

	if (part->kind == BH_PART_SYSTEM)
		decode_system((const void *)part, size, &r);
	else
		decode_cell((const void *)part, size, part->kind, &r);
	printf("%u %u %u %llu\n", r.code, r.field, r.index, (unsigned long long)r.value);
}

int main(int argc, char **argv)
{
	static _Alignas(8) char blob[1 << 20];
	FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
	size_t size = file ? fread(blob, 1, sizeof(blob), file) : 0;

	for (size_t at = 0; at < size;) {
		const struct bh_part_header *part = (const void *)(blob + at);

		show(part, size - at);
		at += part->size;
	}
	return 0;
}
