// SPDX-License-Identifier: GPL-2.0
/*
 * Files of sysfs below /sys/class/misc/bulkhead (docs/abi). A show function may
 * race with destruction; the cell is then marked as gone.
 */

#include <linux/device.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "arch.h"
#include "driver.h"

static struct kobject *cells_directory;

/* ---- the device ---- */

static ssize_t state_show(struct device *dev, struct device_attribute *attribute, char *buffer)
{
	return sysfs_emit(buffer, "%s\n", bhd_machine_state_name());
}
static DEVICE_ATTR_RO(state);

static ssize_t version_show(struct device *dev, struct device_attribute *attribute, char *buffer)
{
	return sysfs_emit(buffer, "%u.%u\n", BH_ABI_MAJOR, BH_ABI_MINOR);
}
static DEVICE_ATTR_RO(version);

/* System management interrupts: firmware that runs without a chance to mask it. */
static ssize_t smis_show(struct device *dev, struct device_attribute *attribute, char *buffer)
{
	u32 smis = 0;

	down_read(&bhd.lock);
	if (bhd.state != BH_DRIVER_DISABLED)
		bhd_arch_smi_count(&smis);
	up_read(&bhd.lock);
	return sysfs_emit(buffer, "%u\n", smis);
}
static DEVICE_ATTR_RO(smis);

static struct attribute *device_attributes[] = {
	&dev_attr_state.attr,
	&dev_attr_version.attr,
	&dev_attr_smis.attr,
	NULL,
};

static umode_t device_file_mode(struct kobject *kobject, struct attribute *attribute, int index)
{
	u32 smis;

	return attribute != &dev_attr_smis.attr || bhd_arch_smi_count(&smis) ? attribute->mode : 0;
}

/* A file that shows a u64 of struct bh_memory_status. */
struct memory_attribute {
	struct device_attribute attribute;
	size_t offset;
};

static ssize_t memory_show(struct device *dev, struct device_attribute *attribute, char *buffer)
{
	const struct memory_attribute *memory =
		container_of(attribute, struct memory_attribute, attribute);
	struct bh_memory_status status = {};
	const struct bhd_call call = {
		.function = BH_HC_MEMORY_STATUS,
		.out = &status,
		.out_size = sizeof(status),
	};
	struct bhd_why why;
	int error;

	down_read(&bhd.lock);
	error = bhd_need_enabled(&why) ? 0 : bhd_call(&call, &why);
	up_read(&bhd.lock);
	if (error < 0)
		return -EIO;
	return sysfs_emit(buffer, "%llu\n", *(u64 *)((void *)&status + memory->offset));
}

#define MEMORY_ATTRIBUTE(name)                                      \
	static struct memory_attribute memory_##name = {            \
		.attribute = __ATTR(name, 0444, memory_show, NULL), \
		.offset = offsetof(struct bh_memory_status, name),  \
	}
MEMORY_ATTRIBUTE(image_bytes);
MEMORY_ATTRIBUTE(text_bytes);
MEMORY_ATTRIBUTE(pool_pages);
MEMORY_ATTRIBUTE(pool_pages_used);

static struct attribute *memory_attributes[] = {
	&memory_image_bytes.attribute.attr,
	&memory_text_bytes.attribute.attr,
	&memory_pool_pages.attribute.attr,
	&memory_pool_pages_used.attribute.attr,
	NULL,
};

static const struct attribute_group device_group = {
	.attrs = device_attributes,
	.is_visible = device_file_mode,
};
static const struct attribute_group memory_group = {
	.name = "memory",
	.attrs = memory_attributes,
};

const struct attribute_group *bhd_device_groups[] = { &device_group, &memory_group, NULL };

/* ---- a cell ---- */

/* A file of a cell: print() formats a part of the status that argument selects. */
struct cell_attribute {
	struct attribute attribute;
	int (*print)(const struct bh_cell_status *status, size_t argument, char *buffer);
	size_t argument;
};

static ssize_t cell_show(struct kobject *kobject, struct attribute *attribute, char *buffer)
{
	const struct bhd_cell *cell = container_of(kobject, struct bhd_cell, kobject);
	const struct cell_attribute *file =
		container_of(attribute, struct cell_attribute, attribute);
	struct bh_cell_status *status = kzalloc(sizeof(*status), GFP_KERNEL);
	struct bhd_why why;
	ssize_t result = -ENODEV;

	if (!status)
		return -ENOMEM;
	down_read(&bhd.lock);
	if (!cell->gone && !bhd_cell_status(cell->id, status, &why))
		result = file->print(status, file->argument, buffer);
	up_read(&bhd.lock);
	kfree(status);
	return result;
}

static const struct sysfs_ops cell_operations = { .show = cell_show };

static int print_name(const struct bh_cell_status *status, size_t argument, char *buffer)
{
	return sysfs_emit(buffer, "%.*s\n", (int)sizeof(status->name), status->name);
}

static int print_state(const struct bh_cell_status *status, size_t argument, char *buffer)
{
	return sysfs_emit(buffer, "%s\n", bhd_cell_state_name(status->state));
}

static int print_cpus(const struct bh_cell_status *status, size_t offset, char *buffer)
{
	DECLARE_BITMAP(cpus, BH_MAX_CPUS);

	bitmap_from_u64(cpus, *(const u64 *)((const void *)status + offset));
	return sysfs_emit(buffer, "%*pbl\n", (int)BH_MAX_CPUS, cpus);
}

static int print_u32(const struct bh_cell_status *status, size_t offset, char *buffer)
{
	return sysfs_emit(buffer, "%u\n", *(const u32 *)((const void *)status + offset));
}

static int print_u64(const struct bh_cell_status *status, size_t offset, char *buffer)
{
	return sysfs_emit(buffer, "%llu\n", *(const u64 *)((const void *)status + offset));
}

static int print_hex(const struct bh_cell_status *status, size_t offset, char *buffer)
{
	return sysfs_emit(buffer, "%#llx\n", *(const u64 *)((const void *)status + offset));
}

/* Prints the exits for one reason on all CPUs of the cell. */
static int print_exits(const struct bh_cell_status *status, size_t reason, char *buffer)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < bhd.blob.system->n_cpus; i++)
		if (status->cpus & 1ull << i)
			sum += bhd_exits(i, reason);
	return sysfs_emit(buffer, "%llu\n", sum);
}

#define CELL_ATTRIBUTE(variable, file, how, what)            \
	static struct cell_attribute variable = {            \
		.attribute = { .name = file, .mode = 0444 }, \
		.print = how,                                \
		.argument = what,                            \
	}
#define STATUS(field) offsetof(struct bh_cell_status, field)

CELL_ATTRIBUTE(cell_id, "id", print_u32, STATUS(id));
CELL_ATTRIBUTE(cell_name, "name", print_name, 0);
CELL_ATTRIBUTE(cell_state, "state", print_state, 0);
CELL_ATTRIBUTE(cell_cpus, "cpus", print_cpus, STATUS(cpus));
CELL_ATTRIBUTE(cell_cpus_on, "cpus_on", print_cpus, STATUS(cpus_on));
CELL_ATTRIBUTE(cell_memory, "memory_bytes", print_u64, STATUS(memory_bytes));
CELL_ATTRIBUTE(cell_starts, "starts", print_u32, STATUS(starts));

static struct attribute *cell_attributes[] = {
	&cell_id.attribute,	 &cell_name.attribute,
	&cell_state.attribute,	 &cell_cpus.attribute,
	&cell_cpus_on.attribute, &cell_memory.attribute,
	&cell_starts.attribute,	 NULL,
};

CELL_ATTRIBUTE(failure_reason, "reason", print_u32, STATUS(failure.reason));
CELL_ATTRIBUTE(failure_cpu, "cpu", print_u32, STATUS(failure.cpu));
CELL_ATTRIBUTE(failure_pc, "pc", print_hex, STATUS(failure.pc));
CELL_ATTRIBUTE(failure_syndrome, "syndrome", print_hex, STATUS(failure.syndrome));
CELL_ATTRIBUTE(failure_va, "fault_va", print_hex, STATUS(failure.fault_va));
CELL_ATTRIBUTE(failure_ipa, "fault_ipa", print_hex, STATUS(failure.fault_ipa));

static struct attribute *failure_attributes[] = {
	&failure_reason.attribute,
	&failure_cpu.attribute,
	&failure_pc.attribute,
	&failure_syndrome.attribute,
	&failure_va.attribute,
	&failure_ipa.attribute,
	NULL,
};

CELL_ATTRIBUTE(exits_total, "total", print_exits, BH_EXIT_TOTAL);
CELL_ATTRIBUTE(exits_hypercall, "hypercall", print_exits, BH_EXIT_HYPERCALL);
CELL_ATTRIBUTE(exits_psci, "psci", print_exits, BH_EXIT_PSCI);
CELL_ATTRIBUTE(exits_smc, "smc", print_exits, BH_EXIT_SMC);
CELL_ATTRIBUTE(exits_gicd, "mmio_gicd", print_exits, BH_EXIT_MMIO_GICD);
CELL_ATTRIBUTE(exits_gicr, "mmio_gicr", print_exits, BH_EXIT_MMIO_GICR);
CELL_ATTRIBUTE(exits_console, "mmio_console", print_exits, BH_EXIT_MMIO_CONSOLE);
CELL_ATTRIBUTE(exits_mmio, "mmio_other", print_exits, BH_EXIT_MMIO_OTHER);
CELL_ATTRIBUTE(exits_sgi, "sgi", print_exits, BH_EXIT_SGI);
CELL_ATTRIBUTE(exits_sysreg, "sysreg", print_exits, BH_EXIT_SYSREG);
CELL_ATTRIBUTE(exits_irq, "irq", print_exits, BH_EXIT_IRQ);
CELL_ATTRIBUTE(exits_maintenance, "maintenance", print_exits, BH_EXIT_MAINTENANCE);
CELL_ATTRIBUTE(exits_kick, "kick", print_exits, BH_EXIT_KICK);
CELL_ATTRIBUTE(exits_abort, "abort", print_exits, BH_EXIT_ABORT);
CELL_ATTRIBUTE(exits_serror, "serror", print_exits, BH_EXIT_SERROR);
CELL_ATTRIBUTE(exits_cache, "cache", print_exits, BH_EXIT_CACHE);
CELL_ATTRIBUTE(exits_other, "other", print_exits, BH_EXIT_OTHER);
CELL_ATTRIBUTE(exits_apic, "apic", print_exits, BH_EXIT_APIC);
CELL_ATTRIBUTE(exits_cpuid, "cpuid", print_exits, BH_EXIT_CPUID);
CELL_ATTRIBUTE(exits_msr, "msr", print_exits, BH_EXIT_MSR);
CELL_ATTRIBUTE(exits_port, "port", print_exits, BH_EXIT_PORT);

static struct attribute *exit_attributes[] = {
	&exits_total.attribute,	  &exits_hypercall.attribute,
	&exits_psci.attribute,	  &exits_smc.attribute,
	&exits_gicd.attribute,	  &exits_gicr.attribute,
	&exits_console.attribute, &exits_mmio.attribute,
	&exits_sgi.attribute,	  &exits_sysreg.attribute,
	&exits_irq.attribute,	  &exits_maintenance.attribute,
	&exits_kick.attribute,	  &exits_abort.attribute,
	&exits_serror.attribute,  &exits_cache.attribute,
	&exits_other.attribute,	  &exits_apic.attribute,
	&exits_cpuid.attribute,	  &exits_msr.attribute,
	&exits_port.attribute,	  NULL,
};

static const struct attribute_group cell_group = { .attrs = cell_attributes };
static const struct attribute_group failure_group = {
	.name = "failure",
	.attrs = failure_attributes,
};
static const struct attribute_group exit_group = {
	.name = "exits",
	.attrs = exit_attributes,
};
static const struct attribute_group *cell_groups[] = {
	&cell_group,
	&failure_group,
	&exit_group,
	NULL,
};

static void cell_free(struct kobject *kobject)
{
	struct bhd_cell *cell = container_of(kobject, struct bhd_cell, kobject);

	kvfree(cell->history);
	kfree(cell->part);
	kfree(cell);
}

const struct kobj_type bhd_cell_type = {
	.release = cell_free,
	.sysfs_ops = &cell_operations,
	.default_groups = cell_groups,
};

/* Creates the cell's directory. */
int bhd_sysfs_add(struct bhd_cell *cell)
{
	if (!cells_directory)
		return -ENOMEM;
	return kobject_add(&cell->kobject, cells_directory, "%s", cell->part->name);
}

/* Removes it after its last reader has finished. Not under bhd.lock. */
void bhd_sysfs_remove(struct bhd_cell *cell)
{
	kobject_del(&cell->kobject);
}

/* Without memory for the directory of cells, none can be created. */
void bhd_sysfs_init(void)
{
	cells_directory = kobject_create_and_add("cells", &bhd_device.this_device->kobj);
}

void bhd_sysfs_exit(void)
{
	kobject_put(cells_directory);
}
