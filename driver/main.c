// SPDX-License-Identifier: GPL-2.0
/* The module, /dev/bulkhead and its file operations. */

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "arch.h"
#include "driver.h"

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

/* Registers the device, after which nothing can fail: a program may have opened it, and a failed
 * init would free the code below it. Requests that change something wait for the files. */
static int add_device(void)
{
	int error;

	bhd_device.fops = &device_operations;
	bhd_device.groups = bhd_device_groups;
	mutex_lock(&bhd.manage);
	error = misc_register(&bhd_device);
	if (!error)
		bhd_sysfs_init();
	mutex_unlock(&bhd.manage);
	return error;
}

static int __init bulkhead_init(void)
{
	int error;

	error = bhd_holders_register();
	if (error)
		return error;
	error = bhd_arch_init();
	if (error)
		goto no_arch;
	error = bhd_power_init();
	if (error)
		goto no_power;
	error = bhd_shm_cell_init();
	if (error)
		goto no_shm;
	error = add_device();
	if (error)
		goto no_device;
	return 0;

no_device:
	bhd_shm_cell_exit();
no_shm:
	bhd_power_exit();
no_power:
	bhd_arch_exit();
no_arch:
	bhd_holders_unregister();
	return error;
}

/* Runs only when disabled: while enabled, the module holds a reference to itself. */
static void __exit bulkhead_exit(void)
{
	bhd_sysfs_exit();
	misc_deregister(&bhd_device);
	bhd_shm_cell_exit();
	bhd_power_exit();
	bhd_arch_exit();
	bhd_holders_unregister();
}

module_init(bulkhead_init);
module_exit(bulkhead_exit);
MODULE_DESCRIPTION("Bulkhead partitioning hypervisor");
MODULE_AUTHOR("Bulkhead developers");
MODULE_LICENSE("GPL");
