/* SPDX-License-Identifier: GPL-2.0 */
/* The module's functions by file. A file uses only files that stand below it here. */
#ifndef BULKHEAD_DRIVER_H
#define BULKHEAD_DRIVER_H

#include "state.h"

struct attribute_group;
struct file;
struct kobj_type;

/* ioctl.c */
long bhd_ioctl(struct file *file, unsigned int command, unsigned long argument);

/* power.c */
int bhd_power_init(void);
void bhd_power_exit(void);

/* lifecycle.c: starting and stopping cells */
int bhd_cell_start(const struct bh_ioc_cell_start *start, struct bhd_why *why);
int bhd_cell_shutdown(const struct bh_ioc_cell_shutdown *shutdown, struct bhd_why *why);
void bhd_stop_everything(void);

/* load.c */
int bhd_cell_load(const struct bh_ioc_cell_load *load, struct bhd_why *why);

/* cell.c: creating and destroying cells */
int bhd_cell_create(struct bh_cell_part *part, u32 flags, u32 *id, struct bhd_why *why);
int bhd_cell_destroy(u32 id, struct bhd_why *why);

/* enable.c */
int bhd_enable(struct bhd_blob *blob, struct bhd_why *why);
int bhd_disable(struct bhd_why *why);
int bhd_lock(struct bhd_why *why);

/* leave.c: moving all CPUs out of the hypervisor */
int bhd_leave(struct bhd_why *why);

/* check.c: the requirements for enable */
int bhd_check_all(const struct bhd_blob *blob, struct bh_ioc_check *check);
int bhd_check_before_enable(const struct bhd_blob *blob, struct bhd_why *why);

/* events.c */
int bhd_events_start(const struct bh_system_part *system, struct bhd_why *why);
void bhd_events_stop(void);
void bhd_events_notify(void);

/* console.c */
void bhd_console_drain(struct bhd_cell *cell);
int bhd_console_read(struct bhd_file *file, struct bh_ioc_console *request, struct bhd_why *why);
int bhd_console_write(struct bh_ioc_console *request, struct bhd_why *why);

/* sysfs.c */
extern const struct attribute_group *bhd_device_groups[];
extern const struct kobj_type bhd_cell_type;
void bhd_sysfs_init(void);
void bhd_sysfs_exit(void);
int bhd_sysfs_add(struct bhd_cell *cell);
void bhd_sysfs_remove(struct bhd_cell *cell);

/* log.c: messages and statistics */
int bhd_log_read(struct bhd_file *file, struct bh_ioc_log *request, struct bhd_why *why);
u64 bhd_exits(u32 cpu, u32 reason);
int bhd_stats_read(struct bh_ioc_stats *request, struct bhd_why *why);

/* image.c */
int bhd_image_check(const struct bhd_blob *blob, struct bhd_why *why);
int bhd_image_place(const struct bhd_blob *blob, void *memory, struct bh_image_header *header,
		    struct bhd_why *why);

/* memory.c: the memory of a cell */
int bhd_memory_claim(struct bhd_cell *cell, bool mmio, struct bhd_why *why);
int bhd_memory_wipe(struct bhd_cell *cell, struct bhd_why *why);
void bhd_memory_release(struct bhd_cell *cell);
int bhd_memory_clear_shared(struct bhd_why *why);
int bhd_memory_check_root(const struct bhd_blob *blob, struct bhd_why *why);

/* region.c: one range of physical memory */
struct resource *bhd_region_claim(u64 phys, u64 size, const char *name, struct bhd_why *why);
void bhd_region_release(struct resource *resource);
int bhd_region_probe(u64 phys, u64 size, struct bhd_why *why);
int bhd_region_wipe(u64 phys, u64 size, struct bhd_why *why);

/* devices.c: the devices and interrupts of a cell */
int bhd_devices_note(struct bhd_cell *cell, bool unbind, struct bhd_why *why);
int bhd_devices_hold(struct bhd_cell *cell, bool unbind, struct bhd_why *why);
void bhd_devices_quiesce(struct bhd_cell *cell);
void bhd_devices_give_back(struct bhd_cell *cell);
int bhd_irq_check(u32 intid, struct bhd_why *why);
int bhd_irqs_check(const struct bhd_cell *cell, bool unbind, struct bhd_why *why);

/* holder.c: drivers that are bound to the devices of cells */
int bhd_holders_register(void);
void bhd_holders_unregister(void);

/* cpus.c */
int bhd_cpus_map(const struct bh_system_part *system, int *cpu_of, struct bhd_why *why);
u64 bhd_cpus_online_mask(const int *cpu_of);
int bhd_cpus_take(struct bhd_cell *cell, struct bhd_why *why);
u64 bhd_cpus_give_back(struct bhd_cell *cell);
void bhd_cpus_park(void);

/* cores.c */
void bhd_cores_record(void);
int bhd_cores_check(const struct bh_cell_part *part, const int *cpu_of, struct bhd_why *why);

/* shm/root.c: devices of shared memory in root */
int bhd_shm_cell_added(const struct bh_cell_part *part, struct bhd_why *why);
void bhd_shm_cell_removed(const struct bh_cell_part *part);
void bhd_shm_deliver_rings(void);

/* shm/cell.c: devices of shared memory in a Linux that runs in a cell */
int bhd_shm_cell_init(void);
void bhd_shm_cell_exit(void);

/* hypercall.c */
struct bhd_call {
	u32 function;
	u64 arg1, arg2;
	const void *in; /* copied to the comm page before the call */
	size_t in_size;
	void *out; /* copied from the comm page after a call that was not refused */
	size_t out_size;
};
int bhd_call(const struct bhd_call *call, struct bhd_why *why);
int bhd_call_id(u32 function, u32 id, struct bhd_why *why);
int bhd_cell_status(u32 id, struct bh_cell_status *status, struct bhd_why *why);
void bhd_cell_refresh(struct bhd_cell *cell);

/* parts.c: checked copies of config parts */
#define BHD_BLOB_MAX (256u << 10)
int bhd_blob_copy(struct bhd_blob *blob, u64 user, u64 size, struct bhd_why *why);
void bhd_blob_free(struct bhd_blob *blob);
const struct bh_cell_part *bhd_blob_next_cell(const struct bhd_blob *blob,
					      const struct bh_cell_part *cell);
struct bh_cell_part *bhd_cell_part_copy(u64 user, u64 size, struct bhd_why *why);
const struct bh_region *bhd_loadable_at(const struct bh_cell_part *part, u64 guest);
u64 bhd_room_in(const struct bh_region *region, u64 guest, u64 size);
int bhd_load_check(const struct bh_cell_part *part, u64 guest, u64 size, struct bhd_why *why);

/* uevent.c: names of states, and events to user space */
const char *bhd_machine_state_name(void);
const char *bhd_cell_state_name(u32 state);
void bhd_uevent_cell(const struct bhd_cell *cell);
void bhd_uevent_machine(void);

#endif
