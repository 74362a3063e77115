// SPDX-License-Identifier: GPL-2.0
#include "heartbeat.h"
#include "timer.h"

struct heartbeat heartbeat __attribute__((section(".heartbeat"))) = { .magic = HEARTBEAT_MAGIC };

void heartbeat_beat(void)
{
	heartbeat.time = clock_now();
	heartbeat.beats++;
}
