// SPDX-License-Identifier: GPL-2.0
/*
 * The Linux side of the counter example: counts together with a cell (its
 * program is inmates/demos/counter.c) through shared memory with doorbells. It
 * is the same program in the root Linux and in a Linux that runs in a cell.
 *
 *     counter /dev/bulkhead-shm/NAME [COUNT [SIDE]]
 *
 * Ends when its count reaches COUNT (1000), or when the region is gone.
 * Build: gcc -O2 -o counter counter.c
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "counter.h"

static int fail(const char *what)
{
	fprintf(stderr, "counter: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Sleeps until a ring. Returns false on failure or if the region is gone. */
static bool wait_for_ring(int fd, uint64_t *rings)
{
	uint64_t more;

	/* Like an eventfd, returns the number of rings since the last read. poll() works too. */
	if (read(fd, &more, sizeof(more)) != sizeof(more))
		return false;
	*rings += more;
	return true;
}

static int count(int fd, struct counter *counter, uint64_t until, unsigned int us)
{
	const uint64_t one = 1;
	uint64_t rings = 0;

	while (counter->side[us].count < until) {
		/* Check before sleeping: the ring may have arrived before the device was open. */
		if (counter_step(counter, us)) {
			if (write(fd, &one, sizeof(one)) != sizeof(one))
				return fail("ringing");
		} else if (!wait_for_ring(fd, &rings)) {
			return fail("waiting for a ring");
		}
	}
	printf("counter: we are at %" PRIu64 ", they at %" PRIu64 ", rung %" PRIu64 " times\n",
	       counter->side[us].count, counter->side[!us].count, rings);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t until = argc > 2 ? strtoull(argv[2], NULL, 0) : 1000;
	unsigned int us = argc > 3 ? atoi(argv[3]) & 1 : 1;
	void *memory;
	off_t size;
	int fd;

	if (argc < 2) {
		fprintf(stderr, "usage: counter DEVICE [COUNT [SIDE]]\n");
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fail(argv[1]);
	size = lseek(fd, 0, SEEK_END);
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return fail("mapping it");
	return count(fd, memory, until, us);
}
