// SPDX-License-Identifier: GPL-2.0
#include "data.h"
#include "heartbeat.h"

/* Aligned to 16 bytes by inmate.lds.S. */
extern uint64_t __data_start[], __data_end[], __data_copy[];

/* Outside .data: zero in the file, so that loading a program clears it. */
static volatile uint64_t copied __attribute__((section(".boot_state")));

static void copy(uint64_t *to, const uint64_t *from)
{
	for (long i = 0; i < __data_end - __data_start; i++)
		to[i] = from[i];
}

/* The first start after a load keeps a copy of .data, which later starts restore. */
void data_init(void)
{
	if (copied)
		copy(__data_start, __data_copy);
	else
		copy(__data_copy, __data_start);
	copied = 1;
	heartbeat = (struct heartbeat){ .magic = HEARTBEAT_MAGIC };
}
