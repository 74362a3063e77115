// SPDX-License-Identifier: GPL-2.0
/* The rest of the driver: checks its arguments, then accepts or refuses every request. */
#include <linux/io.h>
#include <linux/slab.h>
#include <stdarg.h>
#include <stdio.h>

#include "arch.h"
#include "fake.h"
#include "test.h"

struct bhd bhd;
bool fake_accepts = true;
struct bhd_call fake_last_call;
u8 fake_memory[256 << 10];

static struct bh_cell_part nothing;
struct bhd_cell fake_cell = { .part = &nothing };

bool fake_locks_are_free(void)
{
	return !bhd.manage.taken && !bhd.lock.readers && !bhd.lock.written;
}

int bhd_refuse(struct bhd_why *why, u32 code, u64 value, const char *name_format, ...)
{
	va_list args;

	*why = (struct bhd_why){
		.refusal = { .code = code, .owner = BH_OWNER_NONE, .value = value },
	};
	va_start(args, name_format);
	vsnprintf(why->name, sizeof(why->name), name_format, args);
	va_end(args);
	return -EPERM;
}

int bhd_refuse_at(struct bhd_why *why, u32 code, u32 field, u32 index, u64 value)
{
	*why = (struct bhd_why){
		.refusal = { code, field, index, BH_OWNER_NONE, value },
	};
	return -EPERM;
}

static int answer(struct bhd_why *why)
{
	return fake_accepts ? 0 : bhd_refuse_at(why, BH_E_UNSUPPORTED, BH_F_NONE, 0, 0);
}

/* Checks that the caller holds bhd.manage. */
static int answer_managed(struct bhd_why *why)
{
	CHECK(bhd.manage.taken);
	return answer(why);
}

u32 bhd_cell_ids(void)
{
	return 1;
}

const u16 bhd_arch_id = BH_ARCH_ARM64;
const u64 bhd_phys_max = (1ull << 48) - 1;

u64 bhd_arch_clock_hz(void)
{
	return 1000000;
}

int bhd_call(const struct bhd_call *call, struct bhd_why *why)
{
	fake_last_call = *call;
	if (call->out)
		memset(call->out, 0, call->out_size);
	return answer(why);
}

int bhd_check_all(const struct bhd_blob *blob, struct bh_ioc_check *check)
{
	CHECK(bhd.manage.taken);
	if (blob)
		fake_rely_on_blob(blob);
	check->known = check->ok = 1;
	return 0;
}

/* As the real function, takes over the blob on success. */
int bhd_enable(struct bhd_blob *blob, struct bhd_why *why)
{
	fake_rely_on_blob(blob);
	if (bhd.state != BH_DRIVER_DISABLED)
		return bhd_refuse_at(why, BH_D_ENABLED, BH_F_NONE, 0, 0);
	if (answer_managed(why))
		return -EPERM;
	bhd.blob = *blob;
	bhd.state = BH_DRIVER_ENABLED;
	return 0;
}

int bhd_disable(struct bhd_why *why)
{
	if (answer_managed(why))
		return -EPERM;
	bhd_blob_free(&bhd.blob);
	bhd.state = BH_DRIVER_DISABLED;
	return 0;
}

int bhd_lock(struct bhd_why *why)
{
	return answer_managed(why);
}

int bhd_need_enabled(struct bhd_why *why)
{
	if (bhd.state == BH_DRIVER_DISABLED)
		return bhd_refuse_at(why, BH_D_NOT_ENABLED, BH_F_NONE, 0, 0);
	return 0;
}

/* As the real function, takes over the part, also on failure. */
int bhd_cell_create(struct bh_cell_part *part, u32 flags, u32 *id, struct bhd_why *why)
{
	(void)flags;
	fake_rely_on_cell(part, BH_PART_CELL);
	kfree(part);
	*id = 1;
	return answer_managed(why);
}

int bhd_cell_destroy(u32 id, struct bhd_why *why)
{
	(void)id;
	return answer_managed(why);
}

struct bhd_cell *bhd_cell_find(u32 id, struct bhd_why *why)
{
	if (id == 1)
		return &fake_cell;
	bhd_refuse_at(why, BH_E_NO_CELL, BH_F_CELL_ID, 0, id);
	return NULL;
}

int bhd_cell_status(u32 id, struct bh_cell_status *status, struct bhd_why *why)
{
	*status = (struct bh_cell_status){ .id = id };
	return answer(why);
}

int bhd_call_id(u32 function, u32 id, struct bhd_why *why)
{
	(void)id;
	CHECK_EQ(function, BH_HC_CELL_LOAD);
	return answer_managed(why);
}

void *memremap(u64 phys, size_t size, unsigned long flags)
{
	CHECK(bhd.manage.taken && flags == MEMREMAP_WB);
	CHECK(phys >= FAKE_PHYS && size <= sizeof(fake_memory) &&
	      phys - FAKE_PHYS <= sizeof(fake_memory) - size);
	return fake_memory + (phys - FAKE_PHYS);
}

void memunmap(void *memory)
{
	(void)memory;
}

void bhd_arch_clean(const void *start, size_t size)
{
	(void)start;
	(void)size;
}

int bhd_cell_start(const struct bh_ioc_cell_start *start, struct bhd_why *why)
{
	(void)start;
	return answer_managed(why);
}

int bhd_cell_shutdown(const struct bh_ioc_cell_shutdown *shutdown, struct bhd_why *why)
{
	(void)shutdown;
	CHECK(fake_locks_are_free());
	return answer(why);
}

int bhd_console_read(struct bhd_file *file, struct bh_ioc_console *request, struct bhd_why *why)
{
	(void)file;
	request->size = 0;
	return answer(why);
}

int bhd_console_write(struct bh_ioc_console *request, struct bhd_why *why)
{
	request->size = 0;
	return answer(why);
}

int bhd_log_read(struct bhd_file *file, struct bh_ioc_log *request, struct bhd_why *why)
{
	(void)file;
	request->count = 0;
	return bhd_need_enabled(why);
}

int bhd_stats_read(struct bh_ioc_stats *request, struct bhd_why *why)
{
	memset(request->exits, 0, sizeof(request->exits));
	return answer(why);
}
