/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bulkhead.ko: what its files share.
 *
 * Locks, outermost first:
 *   manage      one request that changes something at a time; process context
 *   lock        what exists (state, cells[]): written for moments by holders of
 *               manage, read by everyone else; but see hypercall.c for a fault
 *               of the hypervisor
 *   cell->console_lock  one cell's rings and history
 *   comm_lock   the comm page, for one hypercall that uses it
 * None is taken in interrupt context: the doorbell has a thread.
 */
#ifndef BULKHEAD_DRIVER_H
#define BULKHEAD_DRIVER_H

#include <linux/atomic.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <bulkhead/config.h>
#include <bulkhead/hypercall.h>
#include <bulkhead/image.h>
#include <bulkhead/ioctl.h>
#include <bulkhead/ring.h>

struct device;
struct resource;

#define BHD_BLOB_MAX (256u << 10)
#define BHD_HISTORY_BYTES (64u << 10) /* console output kept for each cell; a power of two */
#define BHD_NAME "bulkhead"

/* A refusal and the name that goes with it; the layout of bh_ioc_check.why. */
struct bhd_why {
	struct bh_refusal refusal;
	char name[64];
};

/* A blob in kernel memory whose parts have been checked by bhd_blob_copy(). */
struct bhd_blob {
	void *data;
	u32 size;
	const struct bh_system_part *system;
	const struct bh_cell_part *root;
};

/* Memory that several cells name as shared: claimed once. */
struct bhd_shared {
	struct list_head list;
	struct resource *resource;
	unsigned int users;
};

/* A device that a cell owns: the module's own driver is bound to it meanwhile. */
struct bhd_device {
	struct list_head list;
	struct device *dev;
	const struct bhd_bus *bus;
	bool held;
	bool rebind; /* a root driver had it */
};

/* A cell other than the root cell. */
struct bhd_cell {
	struct kobject kobject;
	u32 id; /* 0 until the hypervisor has created it */
	struct bh_cell_part *part;
	char claim_name[BH_NAME_SIZE + 16]; /* in /proc/iomem */

	/* Taken from Linux, to be given back. Protected by manage. */
	u64 cpus_taken;				     /* mask of system CPU indexes */
	struct resource *claims[BH_MAX_REGIONS + 1]; /* a region each; last: the kept image */
	struct bhd_shared *shared[BH_MAX_REGIONS];
	struct list_head devices;

	struct mutex console_lock;
	struct bh_console *console; /* NULL: it has none */
	u8 *history;
	u32 history_end; /* absolute position */

	u32 state; /* last one announced; protected by comm_lock */
	bool gone; /* destroyed; protected by lock */
};

struct bhd {
	struct mutex manage;
	struct rw_semaphore lock;
	enum bh_driver_state state;
	struct bhd_blob blob;
	int cpu_of[BH_MAX_CPUS]; /* Linux's number of a system CPU */
	struct bhd_cell *cells[BH_MAX_CELLS];

	/* Valid while enabled. */
	struct resource *hyp_claim;
	void *hyp; /* all of its memory; only comm, log, stats and consoles may be touched */
	struct mutex comm_lock;
	struct bh_comm *comm;
	const struct bh_log *log;
	const struct bh_cpu_stats *stats;
	const struct bh_rings *rings;

	atomic64_t events;
	wait_queue_head_t wait; /* events changed */
};

extern struct bhd bhd;

/* An open file. */
struct bhd_file {
	u64 events_seen;
	/* What its reader came too late for, in all. */
	atomic_t log_lost;
	atomic_t console_lost[BH_MAX_CELLS];
};

/* main.c */
struct kobject *bhd_device_kobject(void);
struct device *bhd_device(void);
int bhd_refuse(struct bhd_why *why, u32 code, u64 value, const char *name_format, ...)
	__printf(4, 5);
int bhd_refuse_at(struct bhd_why *why, u32 code, u32 field, u32 index, u64 value);

/* ioctl.c */
long bhd_ioctl(struct file *file, unsigned int command, unsigned long argument);

/* parts.c */
int bhd_blob_copy(struct bhd_blob *blob, u64 user, u64 size, struct bhd_why *why);
void bhd_blob_free(struct bhd_blob *blob);
const struct bh_cell_part *bhd_blob_next_cell(const struct bhd_blob *blob,
					      const struct bh_cell_part *cell);
struct bh_cell_part *bhd_cell_part_copy(u64 user, u64 size, struct bhd_why *why);
const struct bh_region *bhd_loadable_at(const struct bh_cell_part *part, u64 guest);
u64 bhd_room_in(const struct bh_region *region, u64 guest, u64 size);
int bhd_load_check(const struct bh_cell_part *part, u64 guest, u64 size, struct bhd_why *why);

/* arch/ARCH/machine.c: what Linux and the firmware know */
bool bhd_is_ram(u64 phys, u64 size);
unsigned int bhd_irq_mapping(u32 intid);
int bhd_modules_watch(void); /* refuses those that can't be beside the hypervisor */
void bhd_modules_unwatch(void);

/* arch/arm64/machine.c */
bool bhd_booted_at_el2(void);
bool bhd_kvm_is_active(void);
bool bhd_psci_uses_smc(void);
struct device_node *bhd_gic_node(void);
int bhd_platform_matches(const struct bh_arm64_platform *platform, struct bhd_why *why);
int bhd_two_security_states(u64 gicd_phys, bool *two);
int bhd_irq_map_edge(u32 intid);

/* check.c */
/*
 * Each requirement's check gives 0 (fulfilled), -EPERM (not; see why) or
 * -ENODATA (can't be known on this machine or before another is fulfilled).
 * blob is NULL where only the machine is looked at.
 */
struct bhd_check {
	enum bh_requirement requirement;
	int (*check)(const struct bhd_blob *blob, struct bhd_why *why);
	bool needed; /* for enable */
};
extern const struct bhd_check bhd_arch_checks[]; /* the architecture's, in their order */
extern const size_t bhd_arch_check_count;
int bhd_arch_check_root(const struct bhd_blob *blob, struct bhd_why *why);
int bhd_check_all(const struct bhd_blob *blob, struct bh_ioc_check *check);
int bhd_check_before_enable(const struct bhd_blob *blob, struct bhd_why *why);

/* image.c */
int bhd_image_check(const struct bhd_blob *blob, struct bhd_why *why);
int bhd_image_place(const struct bhd_blob *blob, void *memory, struct bh_image_header *header,
		    struct bhd_why *why);

/* enable.c */
int bhd_enable(struct bhd_blob *blob, struct bhd_why *why);
int bhd_disable(struct bhd_why *why);
int bhd_lock(struct bhd_why *why);
int bhd_need_enabled(struct bhd_why *why);
int bhd_need_rights(struct bhd_why *why);
void *bhd_hyp_memory(u64 phys, u64 size);

/* hypercall.c */
struct bhd_call {
	u32 function;
	u64 arg1, arg2;
	const void *in; /* copied to the comm page before ... */
	size_t in_size;
	void *out; /* ... and from it after a call that wasn't refused */
	size_t out_size;
};
int bhd_call(const struct bhd_call *call, struct bhd_why *why);
int bhd_call_id(u32 function, u32 id, struct bhd_why *why);
int bhd_cell_status(u32 id, struct bh_cell_status *status, struct bhd_why *why);
void bhd_cell_refresh(struct bhd_cell *cell);

/* cell.c */
int bhd_cell_create(struct bh_cell_part *part, u32 flags, u32 *id, struct bhd_why *why);
int bhd_cell_destroy(u32 id, struct bhd_why *why);
struct bhd_cell *bhd_cell_find(u32 id, struct bhd_why *why);
u32 bhd_cell_ids(void);

/* lifecycle.c */
int bhd_cell_start(const struct bh_ioc_cell_start *start, struct bhd_why *why);
int bhd_cell_shutdown(const struct bh_ioc_cell_shutdown *shutdown, struct bhd_why *why);
void bhd_stop_everything(void);

/* load.c */
int bhd_cell_load(const struct bh_ioc_cell_load *load, struct bhd_why *why);

/* cpus.c */
int bhd_cpus_map(const struct bh_system_part *system, int *cpu_of, struct bhd_why *why);
u64 bhd_cpus_online_mask(const int *cpu_of);
int bhd_cpus_take(u64 mask, u64 *taken, struct bhd_why *why);
u64 bhd_cpus_give_back(u64 taken);
void bhd_cpus_park(void);

/* cores.c */
void bhd_cores_look(void);
int bhd_cores_check(const struct bh_cell_part *part, const int *cpu_of, struct bhd_why *why);

/* memory.c: a cell's memory */
int bhd_memory_claim(struct bhd_cell *cell, bool mmio, struct bhd_why *why);
int bhd_memory_wipe(struct bhd_cell *cell, struct bhd_why *why);
void bhd_memory_release(struct bhd_cell *cell);
int bhd_memory_clear_shared(struct bhd_why *why);

/* region.c: one range of physical memory */
struct resource *bhd_region_claim(u64 phys, u64 size, const char *name, struct bhd_why *why);
void bhd_region_release(struct resource *resource);
int bhd_region_probe(u64 phys, u64 size, struct bhd_why *why);
int bhd_region_wipe(u64 phys, u64 size, struct bhd_why *why);

/* devices.c */
int bhd_devices_note(struct bhd_cell *cell, bool unbind, struct bhd_why *why);
int bhd_devices_hold(struct bhd_cell *cell, bool unbind, struct bhd_why *why);
void bhd_devices_quiesce(struct bhd_cell *cell);
void bhd_devices_give_back(struct bhd_cell *cell);
int bhd_irqs_free(const struct bhd_cell *cell, bool unbind, struct bhd_why *why);
int bhd_irq_check(u32 intid, struct bhd_why *why);

/* holder.c: buses, and the drivers that hold a cell's devices */
typedef int (*bhd_device_fn)(struct device *dev, void *argument);
struct bhd_bus {
	int (*for_each)(void *argument, bhd_device_fn function);
	bool (*uses)(struct device *dev, u64 first, u64 last); /* any memory of it in there? */
	/* Is it a cell's by itself, whatever it uses? May be NULL. */
	bool (*named)(struct device *dev, const struct bh_cell_part *part);
	bool (*has_irq)(struct device *dev, unsigned int irq);
	struct device_driver *holder;	     /* NULL: its devices are left without driver */
	void (*quiesce)(struct device *dev); /* no more DMA; may be NULL */
};
extern const struct bhd_bus *bhd_buses[]; /* ends with NULL */
bool bhd_bus_overlaps(const struct resource *resource, u64 first, u64 last);
int bhd_holders_register(void);
void bhd_holders_unregister(void);

/* console.c */
void bhd_console_drain(struct bhd_cell *cell);
int bhd_console_read(struct bhd_file *file, struct bh_ioc_console *request, struct bhd_why *why);
int bhd_console_write(struct bh_ioc_console *request, struct bhd_why *why);

/* events.c */
int bhd_events_start(const struct bh_system_part *system, struct bhd_why *why);
void bhd_events_look(void);
void bhd_events_stop(void);
void bhd_events_notify(void);

/* shm/root.c */
int bhd_shm_cell_came(const struct bh_cell_part *part, struct bhd_why *why);
void bhd_shm_cell_went(const struct bh_cell_part *part);
void bhd_shm_look(void);

/* shm/cell.c: in a cell */
int bhd_shm_cell_init(void);
void bhd_shm_cell_exit(void);

/* log.c */
int bhd_log_read(struct bhd_file *file, struct bh_ioc_log *request);
u64 bhd_exits(u32 cpu, u32 reason);
int bhd_stats_read(struct bh_ioc_stats *request, struct bhd_why *why);

/* sysfs.c */
extern const struct attribute_group *bhd_device_groups[];
extern const struct kobj_type bhd_cell_type;
int bhd_sysfs_init(void);
void bhd_sysfs_exit(void);
int bhd_sysfs_add(struct bhd_cell *cell);
void bhd_sysfs_remove(struct bhd_cell *cell);
void bhd_sysfs_announce(const struct bhd_cell *cell);
void bhd_sysfs_announce_machine(void);

/* power.c */
int bhd_power_init(void);
void bhd_power_exit(void);

/* arch/ARCH/ */
extern const u16 bhd_arch_id;				 /* BH_ARCH_* */
extern const u32 bhd_arch_irqs_first, bhd_arch_irqs_end; /* interrupts that exist once */
extern const char bhd_image_name[];
extern const u64 bhd_phys_max; /* the highest physical address there can be */
u64 bhd_arch_this_cpu_id(void);
int bhd_arch_offline_cpu_id(unsigned int cpu, u64 *id);
void bhd_arch_cpu_off(u64 hw_id);
u64 bhd_arch_clock_hz(void);
void bhd_arch_describe(struct bh_boot *boot);
void bhd_arch_prepare_entry(void *memory, u64 phys, const struct bh_image_header *image);
long bhd_arch_enter(u64 phys, const struct bh_image_header *image);
long bhd_arch_leave(void);
long bhd_arch_hypercall(u32 function, u64 arg1, u64 arg2);
bool bhd_arch_smis(u32 *smis);
void bhd_arch_clean(const void *start, size_t size);
int bhd_arch_doorbell_start(const struct bh_system_part *system, struct bhd_why *why);
void bhd_arch_doorbell_stop(void);
int bhd_arch_bus_register(const struct bhd_bus **bus); /* *bus: one more, if it has */
void bhd_arch_bus_unregister(void);

/* arch/arm64/entry.c */
enum bhd_el2 {
	BHD_EL2_STUB,  /* Linux's hyp stub */
	BHD_EL2_OTHER, /* someone who doesn't know the call: KVM */
};
bool bhd_arch_is_vhe(void);
bool bhd_arch_has_el2(void);
bool bhd_arch_masks_by_priority(void);
enum bhd_el2 bhd_arch_probe_el2(void);

#endif
