// SPDX-License-Identifier: GPL-2.0
/* Hypercalls of guests and tests. */
#include <hyp/hypercall.h>
#include <string.h>
#include "model.h"

struct call {
	uint64_t function, a1, a2;
	int64_t result;
};

static void call_here(void *argument)
{
	struct call *c = argument;

	count_exit(this_cpu(), BH_EXIT_HYPERCALL);
	c->result = hypercall(this_cpu(), c->function, c->a1, c->a2);
}

int64_t fake_hypercall(unsigned index, uint64_t function, uint64_t a1, uint64_t a2)
{
	struct call c = { function, a1, a2, FAKE_GONE };

	fake_on_cpu(index, call_here, &c);
	return c.result;
}

int64_t fake_guest_hypercall(uint64_t function, uint64_t a1, uint64_t a2)
{
	struct call c = { function, a1, a2, FAKE_GONE };

	fake_enter_hypervisor(call_here, &c);
	return c.result;
}

int64_t fake_create(const struct bh_cell_part *part)
{
	memcpy(comm->data, part, MIN(part->header.size, sizeof(comm->data)));
	return fake_hypercall(0, BH_HC_CELL_CREATE, 0, 0);
}

int64_t fake_start(uint32_t id, const char *args)
{
	memset(comm->data, 0, BH_ARGS_SIZE);
	strncpy((char *)comm->data, args, BH_ARGS_SIZE - 1);
	return fake_hypercall(0, BH_HC_CELL_START, id, 0);
}

int64_t fake_destroy(uint32_t id)
{
	int64_t result;

	do {
		result = fake_hypercall(0, BH_HC_CELL_DESTROY, id, 0);
	} while (result == -BH_E_AGAIN);
	return result;
}
