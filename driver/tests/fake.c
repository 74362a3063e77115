// SPDX-License-Identifier: GPL-2.0
/* Kernel functions for the headers of shim/, and checks of what the driver relies on. */
#include <stdlib.h>

#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "fake.h"
#include "test.h"

unsigned int fake_allocations;
bool fake_out_of_memory;
size_t fake_user_bytes;
void (*fake_after_read)(void);

static u8 *user_bytes;
static size_t user_size;

/* Sets user memory to @bytes. Each byte changes after it was read. */
void fake_user(void *bytes, size_t size)
{
	user_bytes = bytes;
	user_size = size;
	fake_user_bytes = 0;
}

/* Returns the bytes of user memory that start at the address, at most @size. */
static size_t user_room(const void *user, size_t size)
{
	size_t offset = (uintptr_t)user - FAKE_USER;

	return offset < user_size ? min(size, user_size - offset) : 0;
}

static u8 *user_at(const void *user)
{
	return user_bytes + ((uintptr_t)user - FAKE_USER);
}

size_t copy_from_user(void *to, const void *from, size_t size)
{
	size_t bytes = user_room(from, size);
	size_t i;

	/* User space decides how long the access takes (userfaultfd). */
	CHECK(fake_locks_are_free());
	memset(to, 0, size);
	for (i = 0; i < bytes; i++) {
		((u8 *)to)[i] = user_at(from)[i];
		user_at(from)[i] ^= 0xff;
	}
	fake_user_bytes += bytes;
	if (fake_after_read)
		fake_after_read();
	return size - bytes;
}

size_t copy_to_user(void *to, const void *from, size_t size)
{
	size_t bytes = user_room(to, size);

	CHECK(fake_locks_are_free());
	if (bytes)
		memcpy(user_at(to), from, bytes);
	return size - bytes;
}

void *kvmalloc(size_t size, int flags)
{
	void *memory = fake_out_of_memory ? NULL : malloc(size);

	(void)flags;
	fake_allocations += !!memory;
	return memory;
}

void kvfree(const void *memory)
{
	fake_allocations -= !!memory;
	free((void *)memory);
}

void *memdup_user(const void *from, size_t size)
{
	void *copy = kvmalloc(size, GFP_KERNEL);

	if (!copy)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(copy, from, size)) {
		kvfree(copy);
		return ERR_PTR(-EFAULT);
	}
	return copy;
}

size_t strscpy(char *to, const char *from, size_t room)
{
	size_t length = strnlen(from, room - 1);

	memcpy(to, from, length);
	to[length] = '\0';
	return length;
}

int mutex_lock_interruptible(struct mutex *mutex)
{
	CHECK(!mutex->taken);
	if (mutex->interrupted)
		return -EINTR;
	mutex->taken = true;
	return 0;
}

void mutex_lock(struct mutex *mutex)
{
	CHECK(!mutex->taken);
	mutex->taken = true;
}

void mutex_unlock(struct mutex *mutex)
{
	CHECK(mutex->taken);
	mutex->taken = false;
}

/* A second read lock is an error: with a writer waiting in between, it would deadlock. */
void down_read(struct rw_semaphore *semaphore)
{
	CHECK(!semaphore->readers);
	semaphore->readers++;
}

void up_read(struct rw_semaphore *semaphore)
{
	CHECK(semaphore->readers);
	semaphore->readers--;
}

void down_write(struct rw_semaphore *semaphore)
{
	CHECK(!semaphore->readers && !semaphore->written);
	semaphore->written = true;
}

void up_write(struct rw_semaphore *semaphore)
{
	CHECK(semaphore->written);
	semaphore->written = false;
}

static void rely_on_range(u64 start, u64 size)
{
	u64 end;

	CHECK(size && !(start % BH_PAGE_SIZE) && !(size % BH_PAGE_SIZE));
	CHECK(!__builtin_add_overflow(start, size, &end));
	CHECK(end < 1ull << 48);
}

void fake_rely_on_cell(const struct bh_cell_part *cell, u16 kind)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";
	u32 i;

	CHECK_EQ(cell->header.kind, kind);
	CHECK(cell->header.size <= BH_PART_MAX);
	CHECK(cell->name[0] && strnlen(cell->name, BH_NAME_SIZE) < BH_NAME_SIZE);
	CHECK_EQ(strspn(cell->name, letters), strlen(cell->name));
	CHECK(cell->n_regions >= 1 && cell->n_regions <= BH_MAX_REGIONS);
	CHECK(cell->n_irqs <= BH_MAX_IRQ_RANGES);
	CHECK_EQ((const u8 *)cell + cell->header.size,
		 (uintptr_t)(bh_cell_shared(cell) + cell->n_shared));
	CHECK(cell->n_shared <= BH_MAX_SHARED);
	for (i = 0; i < cell->n_shared; i++) {
		const struct bh_shared *shared = &bh_cell_shared(cell)[i];

		CHECK(shared->name[0] && strnlen(shared->name, BH_NAME_SIZE) < BH_NAME_SIZE);
		CHECK_EQ(strspn(shared->name, letters), strlen(shared->name));
		CHECK_EQ(cell->regions[shared->region].type, BH_REGION_SHARED);
	}
	for (i = 0; i < cell->n_regions; i++) {
		rely_on_range(cell->regions[i].phys, cell->regions[i].size);
		rely_on_range(cell->regions[i].guest, cell->regions[i].size);
	}
	if (cell->image_size)
		rely_on_range(cell->image_phys, cell->image_size);
}

void fake_rely_on_blob(const struct bhd_blob *blob)
{
	const struct bh_system_part *system = blob->system;
	const struct bh_cell_part *cell = NULL;
	const void *end;

	CHECK(blob->data == system);
	CHECK(system->n_cpus >= 1 && system->n_cpus <= BH_MAX_CPUS);
	CHECK((const void *)&system->cpus[system->n_cpus] == blob->root);
	CHECK(strnlen(system->name, BH_NAME_SIZE) < BH_NAME_SIZE);
	rely_on_range(system->hyp_phys, system->hyp_size);
	CHECK(!((system->hyp_phys | system->hyp_size) & 0x1fffff));
	CHECK(system->hyp_size <= 1u << 30);
	fake_rely_on_cell(blob->root, BH_PART_ROOT);
	end = (const void *)blob->root + blob->root->header.size;
	while ((cell = bhd_blob_next_cell(blob, cell))) {
		CHECK(end == cell);
		fake_rely_on_cell(cell, BH_PART_CELL);
		end = (const void *)cell + cell->header.size;
	}
	CHECK(end == blob->data + blob->size);
}
