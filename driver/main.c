// SPDX-License-Identifier: GPL-2.0
/* The module, /dev/bulkhead and its file operations. */

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "driver.h"

struct bhd bhd = {
	.manage = __MUTEX_INITIALIZER(bhd.manage),
	.lock = __RWSEM_INITIALIZER(bhd.lock),
	.comm_lock = __MUTEX_INITIALIZER(bhd.comm_lock),
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(bhd.wait),
};

/*
 * Fills in a refusal, with the name that belongs to it.
 * Gives -EPERM, for the caller to return.
 */
int bhd_refuse(struct bhd_why *why, u32 code, u64 value, const char *name_format, ...)
{
	va_list args;

	*why = (struct bhd_why){
		.refusal = { .code = code, .owner = BH_OWNER_NONE, .value = value },
	};
	va_start(args, name_format);
	vscnprintf(why->name, sizeof(why->name), name_format, args);
	va_end(args);
	return -EPERM;
}

/* The same for a refusal that is about a field of the request. */
int bhd_refuse_at(struct bhd_why *why, u32 code, u32 field, u32 index, u64 value)
{
	*why = (struct bhd_why){
		.refusal = { code, field, index, BH_OWNER_NONE, value },
	};
	return -EPERM;
}

static int device_open(struct inode *inode, struct file *file)
{
	struct bhd_file *context;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	context = kzalloc(sizeof(*context), GFP_KERNEL);
	if (!context)
		return -ENOMEM;
	context->events_seen = atomic64_read(&bhd.events);
	file->private_data = context;
	return nonseekable_open(inode, file);
}

static int device_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static __poll_t device_poll(struct file *file, poll_table *table)
{
	struct bhd_file *context = file->private_data;

	poll_wait(file, &bhd.wait, table);
	return READ_ONCE(context->events_seen) == atomic64_read(&bhd.events) ? 0 : EPOLLIN;
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.poll = device_poll,
	.unlocked_ioctl = bhd_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = BHD_NAME,
	.fops = &device_operations,
	.mode = 0600,
	.groups = bhd_device_groups,
};

struct device *bhd_device(void)
{
	return device.this_device;
}

struct kobject *bhd_device_kobject(void)
{
	return &device.this_device->kobj;
}

static int __init bulkhead_init(void)
{
	int error;

	error = bhd_holders_register();
	if (error)
		return error;
	error = bhd_modules_watch();
	if (error)
		goto no_watch;
	error = misc_register(&device);
	if (error)
		goto no_device;
	error = bhd_sysfs_init();
	if (error)
		goto no_sysfs;
	error = bhd_power_init();
	if (error)
		goto no_power;
	error = bhd_shm_cell_init();
	if (error)
		goto no_shm;
	return 0;

no_shm:
	bhd_power_exit();
no_power:
	bhd_sysfs_exit();
no_sysfs:
	misc_deregister(&device);
no_device:
	bhd_modules_unwatch();
no_watch:
	bhd_holders_unregister();
	return error;
}

/* Only when disabled: while enabled, the module holds a reference to itself. */
static void __exit bulkhead_exit(void)
{
	bhd_shm_cell_exit();
	bhd_power_exit();
	bhd_sysfs_exit();
	misc_deregister(&device);
	bhd_modules_unwatch();
	bhd_holders_unregister();
}

module_init(bulkhead_init);
module_exit(bulkhead_exit);
MODULE_DESCRIPTION("Bulkhead partitioning hypervisor");
MODULE_AUTHOR("Bulkhead developers");
MODULE_LICENSE("GPL");
