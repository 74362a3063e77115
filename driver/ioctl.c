// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctl interface: each struct is copied once from user memory, handled in
 * kernel memory and copied back, also after a refusal.
 */

#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "driver.h"

/* A handler gets the ioctl's struct and returns 0, -EPERM with a refusal, or -errno. */
typedef int (*handler_fn)(struct bhd_file *file, void *argument, struct bhd_why *why);

static void info_of_system(struct bh_ioc_info *info)
{
	const struct bh_system_part *system = bhd.blob.system;

	memcpy(info->system, system->name, sizeof(info->system));
	info->hyp_phys = system->hyp_phys;
	info->hyp_size = system->hyp_size;
	info->n_cpus = system->n_cpus;
	info->blob_size = bhd.blob.size;
	info->cells = bhd_cell_ids();
}

static int do_info(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	struct bh_ioc_info *info = argument;
	const struct bhd_call call = {
		.function = BH_HC_MEMORY_STATUS,
		.out = &info->memory,
		.out_size = sizeof(info->memory),
	};
	int error = 0;

	*info = (struct bh_ioc_info){
		.header = info->header,
		.clock_hz = bhd_arch_clock_hz(),
	};
	down_read(&bhd.lock);
	info->state = bhd.state;
	if (bhd.state != BH_DRIVER_DISABLED) {
		info_of_system(info);
		error = bhd_call(&call, why);
	}
	up_read(&bhd.lock);
	return error;
}

/*
 * Takes bhd.manage. A handler copies from user memory before it: user space decides how
 * long an access to its memory takes, and nobody else may have to wait for it.
 */
static int lock_manage(void)
{
	return mutex_lock_interruptible(&bhd.manage) ? -ERESTARTSYS : 0;
}

/* Under bhd.manage. @blob: NULL for a check without a config. */
static int check_now(const struct bhd_blob *blob, struct bh_ioc_check *check, struct bhd_why *why)
{
	if (bhd.state != BH_DRIVER_DISABLED)
		return bhd_refuse(why, BH_D_ENABLED, 0, "%s", bhd.blob.system->name);
	return bhd_check_all(blob, check);
}

static int do_check(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	struct bh_ioc_check *check = argument;
	struct bhd_blob blob = {};
	int error = 0;

	check->mine = check->known = check->ok = check->n_cpus = 0;
	memset(check->why, 0, sizeof(check->why));
	memset(check->cpus, 0, sizeof(check->cpus));
	if (check->blob)
		error = bhd_blob_copy(&blob, check->blob, check->blob_size, why);
	if (!error)
		error = lock_manage();
	if (!error) {
		error = check_now(blob.data ? &blob : NULL, check, why);
		mutex_unlock(&bhd.manage);
	}
	bhd_blob_free(&blob);
	return error;
}

static int do_enable(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	const struct bh_ioc_enable *enable = argument;
	struct bhd_blob blob = {};
	int error = bhd_blob_copy(&blob, enable->blob, enable->blob_size, why);

	if (!error)
		error = lock_manage();
	if (!error) {
		error = bhd_enable(&blob, why);
		mutex_unlock(&bhd.manage);
	}
	if (error)
		bhd_blob_free(&blob);
	return error;
}

static int do_disable(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_disable(why);
}

static int do_lock(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_lock(why);
}

static int do_config(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	struct bh_ioc_config *config = argument;
	void *copy = NULL;
	int error;

	down_read(&bhd.lock);
	error = bhd_need_enabled(why);
	if (!error && config->blob_size < bhd.blob.size)
		error = bhd_refuse_at(why, BH_E_SIZE, BH_F_NONE, 0, bhd.blob.size);
	if (!error)
		copy = kvmalloc(bhd.blob.size, GFP_KERNEL);
	if (copy) {
		config->blob_size = bhd.blob.size;
		memcpy(copy, bhd.blob.data, bhd.blob.size);
	}
	up_read(&bhd.lock);
	if (error)
		return error;
	/* Not under the lock: user space decides how long an access to its memory takes. */
	if (!copy)
		error = -ENOMEM;
	else if (copy_to_user(u64_to_user_ptr(config->blob), copy, config->blob_size))
		error = -EFAULT;
	kvfree(copy);
	return error;
}

static int do_cell_create(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	struct bh_ioc_cell_create *create = argument;
	struct bh_cell_part *part = bhd_cell_part_copy(create->part, create->part_size, why);
	int error;

	if (IS_ERR(part))
		return PTR_ERR(part);
	error = lock_manage();
	if (error) {
		kfree(part);
		return error;
	}
	error = bhd_cell_create(part, create->flags, &create->id, why);
	mutex_unlock(&bhd.manage);
	return error;
}

static int do_cell_load(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_cell_load(argument, why);
}

static int do_cell_start(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_cell_start(argument, why);
}

static int do_cell_shutdown(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_cell_shutdown(argument, why);
}

static int do_cell_destroy(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	const struct bh_ioc_cell *cell = argument;

	return bhd_cell_destroy(cell->id, why);
}

static int do_cell_status(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	struct bh_ioc_cell_status *status = argument;
	int error;

	down_read(&bhd.lock);
	error = bhd_need_enabled(why);
	/* Checked here, because the hypervisor logs each refusal. */
	if (!error && !bhd_cell_find(status->id, why))
		error = -EPERM;
	if (!error)
		error = bhd_cell_status(status->id, &status->status, why);
	up_read(&bhd.lock);
	return error;
}

static int do_console_read(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_console_read(file, argument, why);
}

static int do_console_write(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_console_write(argument, why);
}

static int do_stats(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	int error;

	down_read(&bhd.lock);
	error = bhd_need_enabled(why) ?: bhd_stats_read(argument, why);
	up_read(&bhd.lock);
	return error;
}

static int do_log(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	return bhd_log_read(file, argument, why);
}

static int do_events(struct bhd_file *file, void *argument, struct bhd_why *why)
{
	struct bh_ioc_events *events = argument;

	events->events = atomic64_read(&bhd.events);
	WRITE_ONCE(file->events_seen, events->events);
	return 0;
}

/*
 * The handler runs under bhd.manage. Those that access user memory, or wait, take it
 * themselves, and not meanwhile.
 */
#define MANAGES true

static const struct {
	unsigned int command;
	handler_fn handler;
	bool manages;
} ioctls[] = {
	{ BH_IOC_INFO, do_info },
	{ BH_IOC_CHECK, do_check },
	{ BH_IOC_ENABLE, do_enable },
	{ BH_IOC_DISABLE, do_disable, MANAGES },
	{ BH_IOC_LOCK, do_lock, MANAGES },
	{ BH_IOC_CONFIG, do_config },
	{ BH_IOC_CELL_CREATE, do_cell_create },
	{ BH_IOC_CELL_LOAD, do_cell_load },
	{ BH_IOC_CELL_START, do_cell_start, MANAGES },
	{ BH_IOC_CELL_SHUTDOWN, do_cell_shutdown },
	{ BH_IOC_CELL_DESTROY, do_cell_destroy, MANAGES },
	{ BH_IOC_CELL_STATUS, do_cell_status },
	{ BH_IOC_CONSOLE_READ, do_console_read },
	{ BH_IOC_CONSOLE_WRITE, do_console_write },
	{ BH_IOC_STATS, do_stats },
	{ BH_IOC_LOG, do_log },
	{ BH_IOC_EVENTS, do_events },
};

/* Adds the name of the cell that a refusal gives as owner. */
static void name_owner(struct bhd_why *why)
{
	u32 id = why->refusal.owner;

	if (why->name[0] || !why->refusal.code)
		return;
	down_read(&bhd.lock);
	if (id < BH_MAX_CELLS && bhd.cells[id])
		strscpy(why->name, bhd.cells[id]->part->name, sizeof(why->name));
	up_read(&bhd.lock);
}

static int handle(size_t index, struct bhd_file *file, void *argument)
{
	struct bh_ioc_header *header = argument;
	struct bhd_why why = {};
	int result;

	if (ioctls[index].manages && lock_manage())
		return -ERESTARTSYS;
	result = ioctls[index].handler(file, argument, &why);
	if (ioctls[index].manages)
		mutex_unlock(&bhd.manage);
	name_owner(&why);
	header->refusal = why.refusal;
	memcpy(header->name, why.name, sizeof(header->name));
	return min(result, 0);
}

/* Refuses a caller of another version and tells it the module's. */
static int check_header(struct bh_ioc_header *header, size_t size)
{
	if (header->size == size && header->version == BH_ABI_VERSION)
		return 0;
	header->refusal = (struct bh_refusal){
		.code = BH_E_VERSION,
		.owner = BH_OWNER_NONE,
		.value = BH_ABI_VERSION,
	};
	return -EINVAL;
}

static long run(size_t index, struct bhd_file *file, void __user *user)
{
	size_t size = _IOC_SIZE(ioctls[index].command);
	void *argument = memdup_user(user, size);
	long result;

	if (IS_ERR(argument))
		return PTR_ERR(argument);
	result = check_header(argument, size);
	if (!result)
		result = handle(index, file, argument);
	if (result != -ERESTARTSYS && copy_to_user(user, argument, size))
		result = -EFAULT;
	kfree(argument);
	return result;
}

long bhd_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (ioctls[i].command == command)
			return run(i, file->private_data, (void __user *)argument);
	return -ENOTTY;
}
