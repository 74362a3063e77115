// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes one ioctl. The first byte selects the ioctl (bits 0-4), whether a system
 * is enabled (bit 6) and whether the rest of the driver refuses (bit 7). The other
 * bytes are user memory at FAKE_USER, with the ioctl's struct at its start.
 */
#include "fake.h"
#include "fuzz.h"
#include "sample.h"

#include <linux/fs.h>

/* Indexed by the number of the ioctl. */
static const unsigned int commands[] = {
	BH_IOC_INFO,	     BH_IOC_CHECK,	   BH_IOC_ENABLE,	BH_IOC_DISABLE,
	BH_IOC_LOCK,	     BH_IOC_CONFIG,	   BH_IOC_CELL_CREATE,	BH_IOC_CELL_LOAD,
	BH_IOC_CELL_START,   BH_IOC_CELL_SHUTDOWN, BH_IOC_CELL_DESTROY, BH_IOC_CELL_STATUS,
	BH_IOC_CONSOLE_READ, BH_IOC_CONSOLE_WRITE, BH_IOC_STATS,	BH_IOC_LOG,
	BH_IOC_EVENTS,
};

static void enable(void)
{
	static struct sample sample;
	struct bhd_why why = {};

	sample_init(&sample);
	fake_user(sample.bytes, sample.size);
	CHECK_EQ(bhd_blob_copy(&bhd.blob, FAKE_USER, sample.size, &why), 0);
	bhd.state = BH_DRIVER_ENABLED;
}

static void disable(void)
{
	bhd_blob_free(&bhd.blob);
	bhd.state = BH_DRIVER_DISABLED;
}

/* Checks that the ioctl's result agrees with the refusal in the caller's struct. */
static void check_answer(long result, unsigned int command, const void *user, size_t size)
{
	struct bh_ioc_header header;

	CHECK(result == 0 || result == -EPERM || result == -EINVAL || result == -EFAULT);
	if (size < _IOC_SIZE(command))
		CHECK_EQ(result, -EFAULT);
	if (result == -EFAULT)
		return;
	memcpy(&header, user, sizeof(header));
	CHECK_EQ(!header.refusal.code, !result);
	CHECK_EQ(header.refusal.code == BH_E_VERSION && header.refusal.field == BH_F_NONE,
		 result == -EINVAL);
	CHECK(strnlen(header.name, sizeof(header.name)) < sizeof(header.name) || result == -EINVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bhd_file context;
	struct file file = { &context };
	unsigned int command;
	uint8_t *user;
	long result;

	if (!size || data[0] % 32 >= ARRAY_SIZE(commands))
		return -1;
	command = commands[data[0] % 32];
	if (data[0] & 0x40)
		enable();
	fake_accepts = !(data[0] & 0x80);
	user = malloc(size);
	memcpy(user, data + 1, size - 1);
	fake_user(user, size - 1);
	result = bhd_ioctl(&file, command, FAKE_USER);
	check_answer(result, command, user, size - 1);
	CHECK(fake_locks_are_free());
	disable();
	CHECK_EQ(fake_allocations, 0);
	free(user);
	return 0;
}
