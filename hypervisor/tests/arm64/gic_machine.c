// SPDX-License-Identifier: GPL-2.0
/* The machine around the model GIC: CPUs, root, a cell, and stubs of the core. */
#include "gic_model.h"
#include "../test.h"
#include <arch/boot.h>
#include <arch/trap.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/log.h>
#include <hyp/resource.h>
#include <stdlib.h>
#include <string.h>

static unsigned current;
static struct percpu percpus[MODEL_CPUS];
static struct bh_cpu_stats stats[MODEL_CPUS];
static union {
	struct bh_system_part part;
	uint8_t room[4096];
} system_room;
static union {
	struct bh_cell_part part;
	uint8_t room[4096];
} parts[2];
static struct cell cell_room[2];
struct cell *cells[BH_MAX_CELLS];
const struct bh_system_part *system_config;
unsigned model_commands;
struct model_hooks model_hooks;
struct bh_boot boot_params;

/* ---- stubs for the code under test ---- */

struct percpu *this_cpu(void)
{
	return &percpus[current];
}
struct percpu *percpu_of(unsigned index)
{
	return index < MODEL_CPUS ? &percpus[index] : NULL;
}
void arch_relax(void)
{
	test_fail(__FILE__, __LINE__, "waits for a lock");
}
void cpu_take_commands(struct percpu *cpu)
{
	model_commands++;
	if (model_hooks.commands)
		model_hooks.commands(cpu);
}
void violation(struct percpu *cpu, struct guest_regs *regs, uint64_t esr,
	       enum bh_stop_reason reason)
{
	(void)cpu, (void)regs, (void)esr, (void)reason;
	if (model_hooks.violation)
		model_hooks.violation();
}
/* Pages for roots of second stages: never given back. */
uint64_t hyp_phys_offset;
void *pool_alloc(size_t pages)
{
	return aligned_alloc(pages * PAGE_SIZE, pages * PAGE_SIZE);
}
void pool_free(void *first, size_t pages)
{
	(void)first, (void)pages;
}
uint64_t pt_limit(const struct page_table *pt)
{
	return pt->root_pages * BIT(39);
}
void log_guest_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1,
		       uint64_t v2)
{
	(void)code, (void)cell, (void)v0, (void)v1, (void)v2;
}
/* Root's RAM: [1 GiB, 2 GiB) without the third quarter, which belongs to a cell. */
bool pt_lookup(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs)
{
	(void)pt;
	*pa = va;
	*attrs = PT_READ | PT_WRITE;
	return va >= 0x40000000 && va < 0x80000000 && (va < 0x60000000 || va >= 0x70000000);
}

uint64_t model_guest_read(struct cell *cell, uint64_t address, unsigned size)
{
	const struct mmio_range *range = mmio_find(&cell->mmio, address, size);
	struct mmio_access access = { .size = (uint8_t)size, .value = 0xdeadbeefdeadbeef };

	CHECK(range);
	access.offset = address - range->start;
	CHECK(range->handler(cell, &access, range->context));
	return access.value;
}

void model_guest_write(struct cell *cell, uint64_t address, unsigned size, uint64_t value)
{
	const struct mmio_range *range = mmio_find(&cell->mmio, address, size);
	struct mmio_access access = { .size = (uint8_t)size, .write = true, .value = value };

	CHECK(range);
	access.offset = address - range->start;
	CHECK(range->handler(cell, &access, range->context));
}

/* ---- cells ---- */

static bool has_spi(const struct cell *cell, uint32_t intid)
{
	return cell->arch.gic.spis[intid / 64] >> intid % 64 & 1;
}

/* Each SPI of the cell is routed to one of its CPUs, and doesn't belong to root. */
static void check_spis(const struct cell *cell)
{
	for (uint32_t intid = GIC_SPI_FIRST; intid < MODEL_SPIS_END; intid++) {
		uint64_t route = model_word(MODEL_GICD + GICD_IROUTER + intid * 8);

		if (!has_spi(cell, intid))
			continue;
		CHECK(route < MODEL_CPUS && cell->cpus >> route & 1);
		CHECK(!has_spi(root_cell(), intid));
	}
}

void model_grant(struct cell *cell)
{
	unsigned i;

	classes_grant(cell);
	for_each_cpu (i, cell->config->cpus)
		percpus[i].public.cell = cell;
	cell->cpus = cell->config->cpus;
	if (cell->id != BH_ROOT_CELL)
		root_cell()->cpus &= ~cell->cpus;
	if (cell->id != BH_ROOT_CELL)
		check_spis(cell);
}
void model_revoke(struct cell *cell)
{
	unsigned i;

	classes_revoke(cell);
	for_each_cpu (i, cell->cpus)
		percpus[i].public.cell = root_cell();
	root_cell()->cpus |= cell->cpus;
	cells[cell->id] = NULL;
}

struct bh_system_part *model_system(void)
{
	return &system_room.part;
}

struct percpu *model_cpu(unsigned index)
{
	return &percpus[index];
}

void model_run_as(unsigned index)
{
	current = index;
}

static struct cell *build(unsigned id, uint64_t cpus, enum bh_irq_mode mode, const uint32_t *irq)
{
	struct bh_cell_part *part = &parts[id].part;
	struct bh_range *range;

	memset(&parts[id], 0, sizeof(parts[id]));
	memset(&cell_room[id], 0, sizeof(cell_room[id]));
	part->cpus = cpus;
	part->irq_mode = mode;
	range = (struct bh_range *)part->regions;
	for (; irq[1]; irq += 2)
		range[part->n_irqs++] = (struct bh_range){ irq[0], irq[1] };
	cell_room[id].id = id;
	cell_room[id].config = part;
	return &cell_room[id];
}

struct cell *model_cell(uint64_t cpus, enum bh_irq_mode mode, const uint32_t *irq)
{
	struct cell *cell = build(1, cpus, mode, irq);

	return cell;
}

struct cell *model_create(uint64_t cpus, enum bh_irq_mode mode, const uint32_t *irqs)
{
	struct cell *cell = model_cell(cpus, mode, irqs);
	struct bh_refusal r;

	CHECK(classes_validate(cell, &r));
	cells[1] = cell;
	model_grant(cell);
	return cell;
}

void model_start_again(void)
{
	struct bh_refusal r;

	CHECK(gic_init(system_config, &r));
}

void model_start(enum bh_irq_mode root_mode, unsigned lrs)
{
	static const uint32_t root_irqs[] = { 16, 16, 32, 64, 240, 9, 0, 0 };
	struct bh_system_part *system = &system_room.part;
	struct bh_refusal r;

	model_power_on(lrs);
	boot_params.list_registers = (uint8_t)lrs;
	system->n_cpus = MODEL_CPUS;
	system->platform.arm64 = (struct bh_arm64_platform){
		.gic_version = 3,
		.maintenance_irq = MODEL_MAINTENANCE,
		.gicd_phys = MODEL_GICD,
		.gicr_phys = MODEL_GICR,
		.gicr_size = MODEL_GICR_SIZE,
		.its_phys = MODEL_ITS,
		.its_size = MODEL_ITS_SIZE,
		.root_doorbell = 240,
		.n_spare_irqs = 2,
		.spare_irqs = { 241, 250 },
	};
	system_config = system;
	for (unsigned i = 0; i < MODEL_CPUS; i++) {
		system->cpus[i].hw_id = i;
		percpus[i].public.hw_id = i;
		percpus[i].public.index = i;
		percpus[i].public.stats = &stats[i];
	}
	model_start_again();
	CHECK(gic_probe_kicks(system, 0xf, &r));
	cells[BH_ROOT_CELL] = build(BH_ROOT_CELL, 0xf, root_mode, root_irqs);
	CHECK(classes_validate(cells[BH_ROOT_CELL], &r));
	model_grant(cells[BH_ROOT_CELL]);
	gic_cpu_take(&percpus[0]);
}

/* ---- hooks ---- */

static void call(void (*hook)(void))
{
	if (hook)
		hook();
}
void model_step(void)
{
	call(model_hooks.step);
}
void model_tlbi(void)
{
	call(model_hooks.step);
	call(model_hooks.tlbi);
}
void model_sev(void)
{
	call(model_hooks.event);
}
