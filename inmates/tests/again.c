// SPDX-License-Identifier: GPL-2.0
/* Prints what its variables hold at the start and changes them: a start without a load must find
 * them as the file has them. */
#include "heartbeat.h"
#include "print.h"

static volatile unsigned int in_data = 7, in_bss;

int main(void)
{
	printf("again: data %u, bss %u, beats %lu\n", in_data, in_bss, heartbeat.beats);
	in_data++;
	in_bss++;
	heartbeat_beat();
	return 0;
}
