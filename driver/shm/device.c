// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of shared memory. A page is mapped by its first access, under shm->lock
 * and only while the memory exists; so once gone is set, unmapping finds all
 * pages. Open files and mappings keep the struct.
 */

#include <linux/fs.h>
#include <linux/io.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "arch.h"
#include "driver.h"
#include "shm.h"

struct bhd_shm {
	struct kref users; /* the device and each open file */
	struct miscdevice device;
	struct bhd_shm_config config;
	void *memory;
	struct rw_semaphore lock; /* protects gone; held for reading while the memory is used */
	bool gone;
	struct mutex files_lock;
	struct list_head files;
	atomic64_t rung;
	wait_queue_head_t wait; /* woken when rung or gone changes */
};

struct shm_file {
	struct list_head list;
	struct bhd_shm *shm;
	struct address_space *mapping; /* this file's; the file keeps a reference */
	atomic64_t seen;	       /* shm->rung when this file last read */
};

static void shm_free(struct kref *users)
{
	struct bhd_shm *shm = container_of(users, struct bhd_shm, users);

	kfree(shm->device.nodename);
	kfree(shm->device.name);
	kfree(shm);
}

/* ---- mapping ---- */

static bool may(const struct bhd_shm *shm, unsigned long vm_flags)
{
	u32 rights = shm->config.rights;

	return (rights & BH_REGION_READ || !(vm_flags & VM_READ)) &&
	       (rights & BH_REGION_WRITE || !(vm_flags & VM_WRITE)) &&
	       (rights & BH_REGION_EXECUTE || !(vm_flags & VM_EXEC));
}

static vm_fault_t shm_fault(struct vm_fault *fault)
{
	const struct shm_file *context = fault->vma->vm_file->private_data;
	struct bhd_shm *shm = context->shm;
	vm_fault_t result = VM_FAULT_SIGBUS;

	down_read(&shm->lock);
	if (!shm->gone && fault->pgoff < shm->config.size >> PAGE_SHIFT)
		result = vmf_insert_pfn(fault->vma, fault->address,
					PHYS_PFN(shm->config.phys) + fault->pgoff);
	up_read(&shm->lock);
	return result;
}

static int shm_mprotect(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			unsigned long vm_flags)
{
	const struct shm_file *context = vma->vm_file->private_data;

	return may(context->shm, vm_flags) ? 0 : -EACCES;
}

static const struct vm_operations_struct vm_operations = {
	.fault = shm_fault,
	.mprotect = shm_mprotect,
};

static void set_flags(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	vma->vm_flags |= flags;
#else
	vm_flags_set(vma, flags);
#endif
}

static int shm_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct shm_file *context = file->private_data;
	u64 pages = context->shm->config.size >> PAGE_SHIFT;

	if (!may(context->shm, vma->vm_flags))
		return -EACCES;
	if (!(vma->vm_flags & VM_MAYSHARE) || vma->vm_pgoff > pages ||
	    vma_pages(vma) > pages - vma->vm_pgoff)
		return -EINVAL;
	set_flags(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &vm_operations;
	return 0;
}

/* ---- the doorbell ---- */

/* Returns the number of rings since the last call for this file. Several threads may read one
 * file: each ring is counted once, because seen only moves forward. */
static u64 take_rings(struct shm_file *context)
{
	s64 seen = atomic64_read(&context->seen), now;

	do {
		now = atomic64_read(&context->shm->rung);
		if (now - seen <= 0)
			return 0;
	} while (!atomic64_try_cmpxchg(&context->seen, &seen, now));
	return now - seen;
}

static bool is_rung(const struct shm_file *context)
{
	return atomic64_read(&context->seen) != atomic64_read(&context->shm->rung);
}

static ssize_t shm_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct shm_file *context = file->private_data;
	struct bhd_shm *shm = context->shm;
	u64 rings = 0;

	if (size < sizeof(rings))
		return -EINVAL;
	while (!READ_ONCE(shm->gone) && !(rings = take_rings(context))) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(shm->wait, is_rung(context) || READ_ONCE(shm->gone)))
			return -ERESTARTSYS;
	}
	if (!rings)
		return -ENODEV;
	return copy_to_user(to, &rings, sizeof(rings)) ? -EFAULT : sizeof(rings);
}

/* Each write is one ring, whatever its data. */
static ssize_t shm_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct shm_file *context = file->private_data;
	struct bhd_shm *shm = context->shm;
	long result = -BH_E_STATE;

	if (size < sizeof(u64))
		return -EINVAL;
	down_read(&shm->lock);
	if (!shm->gone)
		result = bhd_arch_hypercall(BH_HC_RING, shm->config.index, 0);
	up_read(&shm->lock);
	if (result >= 0)
		return sizeof(u64);
	return result == -BH_E_STATE ? -ENODEV : -EPERM;
}

static __poll_t shm_poll(struct file *file, poll_table *table)
{
	const struct shm_file *context = file->private_data;

	poll_wait(file, &context->shm->wait, table);
	if (READ_ONCE(context->shm->gone))
		return EPOLLHUP | EPOLLERR;
	return (is_rung(context) ? EPOLLIN | EPOLLRDNORM : 0) | EPOLLOUT | EPOLLWRNORM;
}

static loff_t shm_llseek(struct file *file, loff_t offset, int whence)
{
	const struct shm_file *context = file->private_data;

	return fixed_size_llseek(file, offset, whence, context->shm->config.size);
}

/* ---- files ---- */

/* Called under the lock of misc devices, which excludes bhd_shm_remove(). */
static int shm_open(struct inode *inode, struct file *file)
{
	struct bhd_shm *shm = container_of(file->private_data, struct bhd_shm, device);
	struct shm_file *context = kzalloc(sizeof(*context), GFP_KERNEL);

	if (!context)
		return -ENOMEM;
	kref_get(&shm->users);
	context->shm = shm;
	context->mapping = file->f_mapping;
	atomic64_set(&context->seen, atomic64_read(&shm->rung));
	file->private_data = context;
	mutex_lock(&shm->files_lock);
	list_add(&context->list, &shm->files);
	mutex_unlock(&shm->files_lock);
	return 0;
}

static int shm_release(struct inode *inode, struct file *file)
{
	struct shm_file *context = file->private_data;
	struct bhd_shm *shm = context->shm;

	mutex_lock(&shm->files_lock);
	list_del(&context->list);
	mutex_unlock(&shm->files_lock);
	kfree(context);
	kref_put(&shm->users, shm_free);
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = shm_open,
	.release = shm_release,
	.read = shm_read,
	.write = shm_write,
	.poll = shm_poll,
	.mmap = shm_mmap,
	.llseek = shm_llseek,
};

static bool register_device(struct bhd_shm *shm)
{
	const char *name = shm->config.name;

	shm->device = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = kasprintf(GFP_KERNEL, BHD_NAME "-shm-%s", name),
		.nodename = kasprintf(GFP_KERNEL, BHD_NAME "-shm/%s", name),
		.fops = &operations,
		.mode = 0600,
	};
	return shm->device.name && shm->device.nodename && !misc_register(&shm->device);
}

struct bhd_shm *bhd_shm_add(const struct bhd_shm_config *config)
{
	struct bhd_shm *shm = kzalloc(sizeof(*shm), GFP_KERNEL);

	if (!shm)
		return NULL;
	kref_init(&shm->users);
	shm->config = *config;
	init_rwsem(&shm->lock);
	mutex_init(&shm->files_lock);
	INIT_LIST_HEAD(&shm->files);
	init_waitqueue_head(&shm->wait);
	/* Never accessed: it sets the memory type of user mappings on x86. */
	shm->memory = memremap(config->phys, config->size, MEMREMAP_WB);
	if (shm->memory && register_device(shm))
		return shm;
	if (shm->memory)
		memunmap(shm->memory);
	kref_put(&shm->users, shm_free);
	return NULL;
}

void bhd_shm_notify(struct bhd_shm *shm, u32 times)
{
	atomic64_add(times, &shm->rung);
	wake_up_all(&shm->wait);
}

void bhd_shm_remove(struct bhd_shm *shm)
{
	struct shm_file *context;

	misc_deregister(&shm->device);
	down_write(&shm->lock);
	WRITE_ONCE(shm->gone, true);
	up_write(&shm->lock);
	mutex_lock(&shm->files_lock);
	list_for_each_entry (context, &shm->files, list)
		unmap_mapping_range(context->mapping, 0, 0, 1);
	mutex_unlock(&shm->files_lock);
	memunmap(shm->memory);
	wake_up_all(&shm->wait);
	kref_put(&shm->users, shm_free);
}
