// SPDX-License-Identifier: GPL-2.0
/* Ioctl structs: copying in and out, the header, and refusals. */
#include "fake.h"
#include "sample.h"
#include "test.h"

#include <linux/fs.h>

/* User memory: the struct, then the data that it points to. */
static struct {
	union {
		struct bh_ioc_header header;
		struct bh_ioc_check check;
		struct bh_ioc_enable enable;
		struct bh_ioc_config config;
		struct bh_ioc_cell_create create;
	};
	u8 data[SAMPLE_ROOM];
} user;

static struct sample sample;

#define DATA (FAKE_USER + offsetof(__typeof__(user), data))

static void prepare(unsigned int command)
{
	memset(&user, 0, sizeof(user));
	user.header.size = _IOC_SIZE(command);
	user.header.version = BH_ABI_VERSION;
	fake_user(&user, sizeof(user));
}

static long call(unsigned int command)
{
	struct bhd_file context = {};
	struct file file = { &context };
	long result = bhd_ioctl(&file, command, FAKE_USER);

	CHECK(fake_locks_are_free());
	return result;
}

static void prepare_blob(unsigned int command)
{
	sample_init(&sample);
	prepare(command);
	memcpy(user.data, sample.bytes, sample.size);
	user.enable.blob = DATA;
	user.enable.blob_size = sample.size;
}

static void prepare_create(void)
{
	sample_init(&sample);
	prepare(BH_IOC_CELL_CREATE);
	memcpy(user.data, sample.cell, sample.cell->header.size);
	user.create.part = DATA;
	user.create.part_size = sample.cell->header.size;
}

TEST(unknown_command)
{
	prepare(BH_IOC_LOCK);
	CHECK_EQ(call(BH_IOC_LOCK + 100), -ENOTTY);
	CHECK_EQ(call(_IOWR(BH_IOC_TYPE, 4, struct bh_ioc_cell)), -ENOTTY);
	CHECK_EQ(fake_user_bytes, 0);
}

/* The caller gets the module's version. */
TEST(another_version)
{
	prepare(BH_IOC_LOCK);
	user.header.version++;
	CHECK_EQ(call(BH_IOC_LOCK), -EINVAL);
	CHECK_EQ(user.header.refusal.code, BH_E_VERSION);
	CHECK_EQ(user.header.refusal.value, BH_ABI_VERSION);
	prepare(BH_IOC_LOCK);
	user.header.size--;
	CHECK_EQ(call(BH_IOC_LOCK), -EINVAL);
	CHECK_EQ(fake_allocations, 0);
}

TEST(unreadable_struct)
{
	prepare(BH_IOC_CHECK);
	fake_user(&user, sizeof(user.check) - 1);
	CHECK_EQ(call(BH_IOC_CHECK), -EFAULT);
	CHECK_EQ(fake_allocations, 0);
}

TEST(interrupted)
{
	prepare(BH_IOC_LOCK);
	bhd.manage.interrupted = true;
	CHECK_EQ(call(BH_IOC_LOCK), -ERESTARTSYS);
	CHECK_EQ(fake_allocations, 0);
}

TEST(check_a_blob)
{
	prepare_blob(BH_IOC_CHECK);
	CHECK_EQ(call(BH_IOC_CHECK), 0);
	CHECK_EQ(user.header.refusal.code, 0);
	CHECK_EQ(user.check.known, 1);
	CHECK_EQ(fake_user_bytes, sizeof(user.check) + sample.size);
	CHECK_EQ(fake_allocations, 0);
}

TEST(check_a_bad_blob)
{
	prepare_blob(BH_IOC_CHECK);
	user.check.mine = user.check.known = ~0u;
	user.data[0] ^= 1;
	CHECK_EQ(call(BH_IOC_CHECK), -EPERM);
	CHECK_EQ(user.header.refusal.code, BH_E_MAGIC);
	CHECK_EQ(user.check.known, 0);
	CHECK_EQ(user.check.mine, 0);
	CHECK_EQ(fake_allocations, 0);
}

TEST(blob_elsewhere)
{
	prepare_blob(BH_IOC_ENABLE);
	user.enable.blob = 8;
	CHECK_EQ(call(BH_IOC_ENABLE), -EFAULT);
	prepare_blob(BH_IOC_ENABLE);
	user.enable.blob = ~0ull;
	CHECK_EQ(call(BH_IOC_ENABLE), -EFAULT);
	CHECK_EQ(bhd.state, BH_DRIVER_DISABLED);
	CHECK_EQ(fake_allocations, 0);
}

TEST(enable_and_read_back)
{
	prepare_blob(BH_IOC_ENABLE);
	CHECK_EQ(call(BH_IOC_ENABLE), 0);
	prepare(BH_IOC_CONFIG);
	user.config.blob = DATA;
	user.config.blob_size = sample.size - 1;
	CHECK_EQ(call(BH_IOC_CONFIG), -EPERM);
	CHECK_EQ(user.header.refusal.value, sample.size);
	prepare(BH_IOC_CONFIG);
	user.config.blob = DATA;
	user.config.blob_size = ~0ull;
	CHECK_EQ(call(BH_IOC_CONFIG), 0);
	CHECK_EQ(user.config.blob_size, sample.size);
	CHECK(!memcmp(user.data, sample.bytes, sample.size));
	prepare(BH_IOC_DISABLE);
	CHECK_EQ(call(BH_IOC_DISABLE), 0);
	CHECK_EQ(fake_allocations, 0);
}

/* A refusal of the system does not keep the blob. */
TEST(refused_enable)
{
	prepare_blob(BH_IOC_ENABLE);
	fake_accepts = false;
	CHECK_EQ(call(BH_IOC_ENABLE), -EPERM);
	CHECK_EQ(user.header.refusal.code, BH_E_UNSUPPORTED);
	CHECK_EQ(fake_allocations, 0);
}

TEST(create)
{
	prepare_create();
	CHECK_EQ(call(BH_IOC_CELL_CREATE), 0);
	CHECK_EQ(user.create.id, 1);
	prepare_create();
	user.create.part_size += 8;
	CHECK_EQ(call(BH_IOC_CELL_CREATE), -EPERM);
	CHECK_EQ(user.header.refusal.code, BH_E_SIZE);
	CHECK_EQ(user.create.id, 0);
	CHECK_EQ(fake_allocations, 0);
}
