// SPDX-License-Identifier: GPL-2.0
/*
 * The hypercall dispatcher. It runs on the calling CPU, on several CPUs at once.
 *
 * Management calls are serialized by a lock that is only tried: a CPU of root that finds it taken
 * returns BH_E_BUSY, so no CPU ever waits for it.
 */
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/hypercall.h>
#include <hyp/lock.h>
#include <hyp/log.h>
#include <hyp/resource.h>
#include <hyp/shared.h>
#include <hyp/string.h>

struct bh_comm *comm;

static uint32_t management_lock; /* index of the CPU that holds it, plus 1; 0: free */
static bool disabling;		 /* DISABLE(0) succeeded: no cell is created any more */
static bool left;		 /* a CPU has left: `disabling` stays */

static bool try_lock(void)
{
	return exchange(&management_lock, 0, this_cpu()->public.index + 1);
}

static void unlock(void)
{
	__atomic_store_n(&management_lock, 0, __ATOMIC_RELEASE);
}

/*
 * Root may write the comm page at any time: each call copies its parameters once. The barrier keeps
 * the compiler from reading the page again.
 */
static void read_comm(void *to, size_t size)
{
	memcpy(to, comm->data, size);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static bool root_may(uint32_t right, struct bh_refusal *r)
{
	const struct cell *root = root_cell();

	if (root->rights & right)
		return true;
	return refuse(r, root->config->rights & right ? BH_E_LOCKED : BH_E_PERMISSION, BH_F_RIGHTS,
		      0, right);
}

/* Check an argument that is the id of a cell other than root. */
static bool decode_id(uint64_t id, struct bh_refusal *r)
{
	if (id < BH_MAX_CELLS && id != BH_ROOT_CELL && cells[id])
		return true;
	return refuse(r, BH_E_NO_CELL, BH_F_CELL_ID, 0, id);
}

static bool call_create(uint64_t check, int64_t *result, struct bh_refusal *r)
{
	void *part;
	uint32_t id = 0;
	bool ok;

	if (check > 1)
		return refuse(r, BH_E_VALUE, BH_F_FUNCTION, 1, check);
	if (disabling)
		return refuse(r, BH_E_BUSY, BH_F_FUNCTION, 0, BH_HC_DISABLE);
	part = take_pages(1, r);
	if (!part)
		return false;
	read_comm(part, sizeof(comm->data));
	ok = cell_create(part, sizeof(comm->data), check, &id, r);
	if (!ok || check)
		pool_free(part, 1);
	*result = check ? 0 : id;
	return ok;
}

static bool call_start(struct cell *cell, struct bh_refusal *r)
{
	char args[BH_ARGS_SIZE];
	size_t length = 0;

	read_comm(args, sizeof(args));
	while (length < sizeof(args) && args[length])
		length++;
	if (length == sizeof(args))
		return refuse(r, BH_E_SIZE, BH_F_ARGS, 0, length);
	memset(args + length, 0, sizeof(args) - length);
	return cell_start(cell, args, r);
}

/* The driver calls step 0 first, then step 1 on every CPU (call_leave()), or step 2 to cancel. */
static bool call_disable(uint64_t step, struct bh_refusal *r)
{
	uint32_t others = 0;

	if (step != 0 && step != 2)
		return refuse(r, BH_E_VALUE, BH_F_FUNCTION, 1, step);
	if (step == 2 && __atomic_load_n(&left, __ATOMIC_RELAXED))
		return refuse(r, BH_E_STATE, BH_F_FUNCTION, 1, step);
	for (uint32_t id = BH_ROOT_CELL + 1; id < BH_MAX_CELLS; id++)
		others += !!cells[id];
	if (step == 0 && others)
		return refuse(r, BH_E_CELLS, BH_F_NONE, 0, others);
	/* No CPU may remain in the hypervisor's code. */
	for (unsigned i = 0; step == 0 && percpu_of(i); i++) {
		struct percpu *cpu = percpu_of(i);

		if (cpu->public.state == CPU_RUNNING)
			continue;
		if (!cpu_wait(cpu, cpu_is_off, CPU_TIMEOUT_MS))
			return refuse(r, BH_E_CPU_LOST, BH_F_CPUS, i, i);
		if (!cpu_wait(cpu, arch_cpu_is_gone, CPU_TIMEOUT_MS))
			return refuse(r, BH_E_CPU_KEPT, BH_F_CPUS, i, i);
	}
	__atomic_store_n(&disabling, step == 0, __ATOMIC_RELEASE);
	return true;
}

static bool call_lock(struct bh_refusal *r)
{
	/* After DISABLE(0), DISABLE(1) must not be refused for lack of rights. */
	if (disabling)
		return refuse(r, BH_E_BUSY, BH_F_FUNCTION, 0, BH_HC_DISABLE);
	root_cell()->rights &= ~BH_RIGHT_MANAGE;
	log_message(BH_MSG_LOCKED, BH_ROOT_CELL, 0, 0, 0);
	return true;
}

static bool call_status(uint64_t id, struct bh_refusal *r)
{
	struct bh_cell_status status;

	if (id != BH_ROOT_CELL && !decode_id(id, r))
		return false;
	cell_status(cells[id], &status);
	memcpy(comm->data, &status, sizeof(status));
	return true;
}

static bool call_memory_status(void)
{
	struct bh_memory_status status = { .pool_pages = pool_pages(),
					   .pool_pages_used = pool_pages_used() };

	arch_image_bytes(&status.image_bytes, &status.text_bytes);
	memcpy(comm->data, &status, sizeof(status));
	return true;
}

/* Calls that name a cell. */
static bool run_on_cell(uint64_t function, uint64_t id, uint64_t a2, struct bh_refusal *r)
{
	struct cell *cell;

	if (!decode_id(id, r))
		return false;
	cell = cells[id];
	switch (function) {
	case BH_HC_CELL_LOAD:
		return cell_load(cell, r);
	case BH_HC_CELL_START:
		return call_start(cell, r);
	case BH_HC_CELL_SHUTDOWN:
		return require(a2 <= 1, r, BH_E_VALUE, BH_F_FUNCTION, 2, a2) &&
		       cell_shutdown(cell, a2, r);
	case BH_HC_CELL_DESTROY:
		return cell_destroy(cell, r);
	default:
		console_input(cell);
		return true;
	}
}

static bool run(uint64_t function, uint64_t a1, uint64_t a2, int64_t *result, struct bh_refusal *r)
{
	if (function <= BH_HC_LOCK && !root_may(BH_RIGHT_MANAGE, r))
		return false;
	switch (function) {
	case BH_HC_CELL_CREATE:
		return call_create(a1, result, r);
	case BH_HC_DISABLE:
		return call_disable(a1, r);
	case BH_HC_LOCK:
		return call_lock(r);
	case BH_HC_CELL_STATUS:
		return call_status(a1, r);
	case BH_HC_MEMORY_STATUS:
		return call_memory_status();
	default:
		return run_on_cell(function, a1, a2, r);
	}
}

static bool is_known(uint64_t function)
{
	return (function >= BH_HC_CELL_CREATE && function <= BH_HC_LOCK) ||
	       (function >= BH_HC_CELL_STATUS && function <= BH_HC_MEMORY_STATUS);
}

/* DISABLE(1): on all CPUs at once, so without the lock; after DISABLE(0) no cell exists or is
 * created. */
static int64_t call_leave(struct percpu *cpu)
{
	struct bh_refusal r;

	if (!root_may(BH_RIGHT_MANAGE, &r))
		return -(int64_t)r.code;
	if (!__atomic_load_n(&disabling, __ATOMIC_ACQUIRE))
		return -BH_E_STATE;
	__atomic_store_n(&left, true, __ATOMIC_RELAXED);
	arch_leave(cpu);
}

static int64_t call_of_root(struct percpu *cpu, uint64_t function, uint64_t a1, uint64_t a2)
{
	struct bh_refusal r = { 0 };
	int64_t result = 0;

	if (function == BH_HC_DISABLE && a1 == 1)
		return call_leave(cpu);
	if (!try_lock())
		return -BH_E_BUSY;
	if (!run(function, a1, a2, &result, &r)) {
		result = -(int64_t)r.code;
		if (r.code != BH_E_AGAIN)
			log_message(BH_MSG_REFUSED, BH_ROOT_CELL, r.code,
				    (uint64_t)r.field << 32 | r.index, r.value);
	}
	memcpy(&comm->refusal, &r, sizeof(r));
	unlock();
	return result;
}

/* RING: from any cell at any time, without the lock. */
static int64_t call_ring(const struct cell *cell, uint64_t index)
{
	int64_t result = shared_ring(cell, index);

	if (unlikely(result < 0))
		log_guest_message(BH_MSG_REFUSED, cell->id, (uint64_t)-result,
				  (uint64_t)BH_F_SHARED << 32, index);
	return result;
}

static int64_t call_of_any(struct percpu *cpu, uint64_t function, uint64_t a1, uint64_t a2)
{
	bool is_root = cpu->public.cell == root_cell();

	if (function == BH_HC_SHUTDOWN_DONE && !is_root)
		cell_stop_self(cpu, NULL, BH_STOP_REQUESTED);
	if (function != BH_HC_SHUTDOWN_DONE && !is_known(function))
		return -BH_E_UNKNOWN_CALL;
	if (is_root && function != BH_HC_SHUTDOWN_DONE)
		return call_of_root(cpu, function, a1, a2);
	log_guest_message(BH_MSG_REFUSED, cpu->public.cell->id, BH_E_PERMISSION,
			  (uint64_t)BH_F_FUNCTION << 32, function);
	return -BH_E_PERMISSION;
}

int64_t hypercall(struct percpu *cpu, uint64_t function, uint64_t a1, uint64_t a2)
{
	if (likely(function == BH_HC_VERSION))
		return BH_ABI_VERSION;
	if (function == BH_HC_RING)
		return call_ring(cpu->public.cell, a1);
	return call_of_any(cpu, function, a1, a2);
}

/*
 * The interrupted call stays half done, so management calls that change anything are refused from
 * now on, as after LOCK. Cells keep running, and status calls work.
 */
bool hypercall_abandon(struct percpu *cpu)
{
	cpu_drop_lock();
	if (__atomic_load_n(&management_lock, __ATOMIC_RELAXED) != cpu->public.index + 1)
		return false;
	root_cell()->rights &= ~BH_RIGHT_MANAGE;
	root_end_hold();
	comm->refusal = (struct bh_refusal){ .code = BH_E_FAULT, .owner = BH_OWNER_NONE };
	unlock();
	return true;
}
