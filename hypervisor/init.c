// SPDX-License-Identifier: GPL-2.0
/* Enable: see init.h. It runs on one CPU while the others wait. */
#include <hyp/arch.h>
#include <hyp/decode.h>
#include <hyp/hypercall.h>
#include <hyp/init.h>
#include <hyp/log.h>
#include <hyp/resource.h>
#include <hyp/shared.h>

static struct bh_cpu_stats *all_stats;

static uint64_t stats_size(void)
{
	return ALIGN_UP(system_config->n_cpus * sizeof(struct bh_cpu_stats), PAGE_SIZE);
}

static bool init_cpus(const struct bh_boot *boot, struct bh_refusal *r)
{
	all_stats = take_pages(stats_size() / PAGE_SIZE, r);
	if (!all_stats || !percpu_init(system_config->n_cpus, r))
		return false;
	for (unsigned i = 0; i < system_config->n_cpus; i++) {
		struct cpu_public *public = &percpu_of(i)->public;

		public->index = i;
		public->hw_id = system_config->cpus[i].hw_id;
		public->stats = &all_stats[i];
		public->state = boot->cpus & BIT(i) ? CPU_RUNNING : CPU_OFF;
	}
	return true;
}

static bool init_shared_pages(struct bh_boot *boot, struct bh_refusal *r)
{
	comm = take_pages(1, r);
	message_log = take_pages(1, r);
	rings = take_pages(1, r);
	if (!comm || !message_log || !rings)
		return false;
	message_log->magic = BH_LOG_MAGIC;
	boot->comm_phys = ptr_to_phys(comm);
	boot->log_phys = ptr_to_phys(message_log);
	boot->stats_phys = ptr_to_phys(all_stats);
	boot->stats_size = stats_size();
	boot->rings_phys = ptr_to_phys(rings);
	return true;
}

/* Map pages of the pool in root, never as or into a superpage: like RING_ATTRS in res_console.c. */
static bool show_root(const void *page, uint64_t size, unsigned rights, struct bh_refusal *r)
{
	struct cell *root = root_cell();
	unsigned attrs = rights | PT_NO_SUPER | PT_NO_MERGE;
	paddr_t phys = ptr_to_phys(page);

	if (!reserve_pages(root, pt_pages_to_map(&root->s2, phys, phys, size, attrs), r))
		return false;
	cell_show(root, &root->reserve, phys, page, size, attrs);
	reserve_release(&root->reserve);
	return true;
}

/* Every CPU that enters must be one of root's. Root's CPUs that don't enter are off. */
static bool check_boot_cpus(const struct bh_boot *boot, const struct bh_cell_part *root,
			    struct bh_refusal *r)
{
	uint64_t strange = boot->cpus & ~root->cpus;

	if (!boot->cpus)
		return refuse(r, BH_E_VALUE, BH_F_BOOT, 0, 0);
	if (strange)
		return refuse(r, BH_E_MACHINE, BH_F_CPUS, (uint32_t)__builtin_ctzll(strange),
			      boot->cpus);
	return true;
}

/*
 * The parts are not copied: they lie in hypervisor memory, which root cannot access once enable
 * completes; until then all of root's CPUs are in the hypervisor or stopped by the driver.
 */
bool hyp_init(struct bh_boot *boot, const void *system_part, const void *root_part)
{
	struct bh_refusal *r = &boot->refusal;

	if (!decode_system(system_part, BH_PART_MAX, r) ||
	    !decode_cell(root_part, BH_PART_MAX, BH_PART_ROOT, r) ||
	    !check_boot_cpus(boot, root_part, r))
		return false;
	system_config = system_part;
	if (!arch_check_platform(system_config, r) || !init_cpus(boot, r) ||
	    !init_shared_pages(boot, r) || !cell_create_root(root_part, r))
		return false;
	/* The driver reads boot after enable, through root's second stage. */
	if (!show_root((const void *)ALIGN_DOWN((uintptr_t)boot, PAGE_SIZE), PAGE_SIZE, PT_READ,
		       r) ||
	    !show_root(comm, PAGE_SIZE, PT_READ | PT_WRITE, r) ||
	    !show_root(message_log, PAGE_SIZE, PT_READ, r) ||
	    !show_root(rings, PAGE_SIZE, PT_READ, r) ||
	    !show_root(all_stats, stats_size(), PT_READ, r))
		return false;
	root_cell()->s2.live = true;
	root_cell()->pages = pool_pages_used();
	return true;
}
