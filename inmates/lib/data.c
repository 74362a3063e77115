// SPDX-License-Identifier: GPL-2.0
#include "data.h"
#include "heartbeat.h"
#include "string.h"

/* Set by inmate.lds.S. */
extern char __data_start[], __data_end[], __data_copy[];

/* Outside .data: zero in the file, so that loading a program clears it. */
static volatile uint64_t copied __attribute__((section(".boot_state")));

/* The first start after a load keeps a copy of .data, which later starts restore. */
void data_init(void)
{
	size_t size = (size_t)(__data_end - __data_start);

	if (copied)
		memcpy(__data_start, __data_copy, size);
	else
		memcpy(__data_copy, __data_start, size);
	copied = 1;
	heartbeat = (struct heartbeat){ .magic = HEARTBEAT_MAGIC };
}
