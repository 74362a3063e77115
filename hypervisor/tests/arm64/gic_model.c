// SPDX-License-Identifier: GPL-2.0
/* The model: registers as memory, with the side effects that IHI 0069H gives to writes. */
#include "gic_model.h"
#include "../test.h"
#include <hyp/arch.h>
#include <hyp/log.h>
#include <hyp/resource.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIST_SIZE 0x10000u
#define ITS_SIZE 0x20000u
#define REDIST_SIZE (MODEL_CPUS * GICR_FRAMES)
#define IDLE 0xffu
#define LRS_MAX 16u

/* dist, its, redists as in the address space, so that one offset finds all */
static uint8_t space[MODEL_GICR - MODEL_GICD + REDIST_SIZE];
static unsigned current, lrs_implemented, running_priority;
static uint64_t lr[LRS_MAX];
static bool lpi_pending[MODEL_LPIS];
uint64_t model_sgi1r, model_sgi0r;
unsigned model_sgis;

static struct {
	char name[24];
	uint64_t value;
} sysregs[64];

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

/* ---- what the code under test calls ---- */

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
	(void)cpu;
}
void log_guest_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1,
		       uint64_t v2)
{
	(void)code, (void)cell, (void)v0, (void)v1, (void)v2;
}
void *mmu_map_device(paddr_t phys, uint64_t size)
{
	CHECK(phys >= MODEL_GICD && phys + size <= MODEL_GICD + sizeof(space));
	return space + (phys - MODEL_GICD);
}

/* Root's RAM: [1 GiB, 2 GiB), less the third quarter, which a cell has. */
bool pt_lookup(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs)
{
	(void)pt;
	*pa = va;
	*attrs = PT_READ | PT_WRITE;
	return va >= 0x40000000 && va < 0x80000000 && (va < 0x60000000 || va >= 0x70000000);
}

/* ---- registers ---- */

static uint64_t offset_of(const volatile void *reg)
{
	CHECK((const uint8_t *)reg >= space && (const uint8_t *)reg < space + sizeof(space));
	return (uint64_t)((const uint8_t *)reg - space);
}

/* The start of the 64 KiB with set and clear registers that this offset lies in, or -1. */
static int64_t banked(uint64_t offset)
{
	uint64_t frame = ALIGN_DOWN(offset, (uint64_t)DIST_SIZE);
	bool redist = offset >= MODEL_GICR - MODEL_GICD;
	bool sgi = redist && (frame - (MODEL_GICR - MODEL_GICD)) & GICR_SGI_FRAME;
	uint64_t in = offset - frame;

	return (frame == 0 || sgi) && in >= GICD_ISENABLER && in < GICD_IPRIORITYR ? (int64_t)frame
										   : -1;
}

uint64_t model_read(const volatile void *reg, unsigned size)
{
	uint64_t offset = offset_of(reg), value = 0;

	CHECK_EQ(offset & (size - 1), 0);
	memcpy(&value, space + offset, size);
	return value;
}

static uint32_t *word_at(uint64_t offset)
{
	return (uint32_t *)(void *)(space + offset);
}

void model_write(volatile void *reg, unsigned size, uint64_t value)
{
	uint64_t offset = offset_of(reg), set;
	int64_t frame = banked(offset);

	CHECK_EQ(offset & (size - 1), 0);
	if (frame < 0) {
		memcpy(space + offset, &value, size);
		return;
	}
	CHECK_EQ(size, 4);
	set = offset & ~0x80ull; /* the set register of the pair, which starts at 0x100 */
	if (offset & 0x80)
		*word_at(set) &= ~(uint32_t)value;
	else
		*word_at(set) |= (uint32_t)value;
	*word_at(set | 0x80) = *word_at(set);
}

uint32_t model_word(uint64_t address)
{
	return *word_at(address - MODEL_GICD);
}

void model_set_word(uint64_t address, uint32_t value)
{
	model_write(space + (address - MODEL_GICD), 4, value);
}

static uint64_t *sysreg(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(sysregs); i++) {
		if (!sysregs[i].name[0])
			snprintf(sysregs[i].name, sizeof(sysregs[i].name), "%s", name);
		if (!strcmp(sysregs[i].name, name))
			return &sysregs[i].value;
	}
	abort();
}

/* ---- the physical interface ---- */

static uint64_t regs_of(uint32_t intid)
{
	return intid < GIC_SPI_FIRST
		       ? MODEL_GICR - MODEL_GICD + current * GICR_FRAMES + GICR_SGI_FRAME
		       : 0;
}

static bool bit_of(uint64_t reg, uint32_t intid)
{
	return *word_at(regs_of(intid) + reg + intid / 32 * 4) >> intid % 32 & 1;
}

static void set_bit(uint64_t reg, uint32_t intid)
{
	model_write(space + regs_of(intid) + reg + intid / 32 * 4, 4, 1u << intid % 32);
}

static unsigned priority_of(uint32_t intid)
{
	return intid >= GIC_LPI_FIRST ? 0xa0 : space[regs_of(intid) + GICD_IPRIORITYR + intid];
}

/* 12.4.4: the maintenance interrupt is a level. */
static void update_maintenance(void)
{
	uint64_t hcr = *sysreg("ich_hcr_el2");
	unsigned valid = 0, waiting = 0;
	bool high;

	for (unsigned i = 0; i < lrs_implemented; i++) {
		valid += !!(lr[i] & ICH_LR_STATE);
		waiting += (lr[i] & ICH_LR_STATE) == ICH_LR_PENDING;
	}
	high = hcr & ICH_HCR_EN &&
	       ((hcr & ICH_HCR_UIE && valid <= 1) || (hcr & ICH_HCR_NPIE && !waiting));
	set_bit(high ? GICD_ISPENDR : GICD_ICPENDR, MODEL_MAINTENANCE);
}

/* The highest interrupt that can be taken now, or MODEL_NONE. */
static uint32_t highest(void)
{
	unsigned best = MIN(running_priority, (unsigned)*sysreg("icc_pmr_el1"));
	uint32_t found = MODEL_NONE;

	update_maintenance();
	for (uint32_t i = 0; i < MODEL_SPIS_END; i++) {
		if (!bit_of(GICD_ISPENDR, i) || !bit_of(GICD_ISENABLER, i) ||
		    bit_of(GICD_ISACTIVER, i) || priority_of(i) >= best)
			continue;
		found = i;
		best = priority_of(i);
	}
	for (uint32_t i = 0; i < MODEL_LPIS; i++) {
		if (!lpi_pending[i] || priority_of(GIC_LPI_FIRST + i) >= best)
			continue;
		found = GIC_LPI_FIRST + i;
		best = priority_of(found);
	}
	return *sysreg("icc_igrpen1_el1") ? found : MODEL_NONE;
}

bool model_irq(void)
{
	return highest() != MODEL_NONE;
}

void model_raise(uint32_t intid)
{
	if (intid >= GIC_LPI_FIRST)
		lpi_pending[intid - GIC_LPI_FIRST] = true;
	else
		set_bit(GICD_ISPENDR, intid);
}

static uint64_t acknowledge(void)
{
	uint32_t intid = highest();

	if (intid == MODEL_NONE)
		return intid;
	running_priority = priority_of(intid);
	if (intid >= GIC_LPI_FIRST) {
		lpi_pending[intid - GIC_LPI_FIRST] = false;
		return intid;
	}
	set_bit(GICD_ICPENDR, intid);
	set_bit(GICD_ISACTIVER, intid);
	return intid;
}

static void deactivate(uint32_t intid)
{
	CHECK(intid < MODEL_SPIS_END);
	CHECK(bit_of(GICD_ISACTIVER, intid));
	set_bit(GICD_ICACTIVER, intid);
}

static int lr_index(const char *name)
{
	return !strncmp(name, "ich_lr", 6) ? atoi(name + 6) : -1;
}

uint64_t model_read_sysreg(const char *name)
{
	uint64_t empty = 0;

	if (!strcmp(name, "icc_iar1_el1"))
		return acknowledge();
	if (!strcmp(name, "icc_rpr_el1"))
		return running_priority;
	if (lr_index(name) >= 0)
		return lr[lr_index(name)];
	if (strcmp(name, "ich_elrsr_el2"))
		return *sysreg(name);
	for (unsigned i = 0; i < lrs_implemented; i++)
		empty |= lr[i] & ICH_LR_STATE ? 0 : BIT(i);
	return empty;
}

void model_write_sysreg(const char *name, uint64_t value)
{
	if (!strcmp(name, "icc_eoir1_el1"))
		running_priority = IDLE;
	else if (!strcmp(name, "icc_dir_el1"))
		deactivate((uint32_t)value);
	else if (lr_index(name) >= 0)
		lr[lr_index(name)] = value;
	else
		*sysreg(name) = value;
	CHECK(lr_index(name) < (int)lrs_implemented);
	if (!strcmp(name, "icc_sgi1r_el1")) {
		model_sgi1r = value;
		model_sgis++;
	}
	if (!strcmp(name, "icc_sgi0r_el1"))
		model_sgi0r = value;
}

/* ---- the guest ---- */

uint32_t model_guest_ack(unsigned mask)
{
	unsigned best = mask, found = LRS_MAX;

	for (unsigned i = 0; i < lrs_implemented; i++) {
		unsigned priority = lr[i] >> ICH_LR_PRIORITY_SHIFT & 0xff;

		if ((lr[i] & ICH_LR_STATE) == ICH_LR_PENDING && priority < best) {
			best = priority;
			found = i;
		}
	}
	if (found == LRS_MAX)
		return MODEL_NONE;
	lr[found] ^= ICH_LR_STATE;
	if ((lr[found] & ICH_LR_VINTID) >= GIC_LPI_FIRST)
		lr[found] &= ~ICH_LR_STATE; /* 5.2: no active state */
	return (uint32_t)(lr[found] & ICH_LR_VINTID);
}

void model_guest_end(uint32_t intid)
{
	for (unsigned i = 0; i < lrs_implemented; i++) {
		if (!(lr[i] & ICH_LR_ACTIVE) || (lr[i] & ICH_LR_VINTID) != intid)
			continue;
		lr[i] &= ~ICH_LR_ACTIVE;
		if (lr[i] & ICH_LR_HW)
			deactivate((uint32_t)(lr[i] >> ICH_LR_PINTID_SHIFT & 0x1fff));
		return;
	}
	CHECK(intid >= GIC_LPI_FIRST);
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

/* ---- life ---- */

static const struct resource_class *irqs(void)
{
	return __start_resources[0];
}

bool model_validate(struct cell *cell, struct bh_refusal *r)
{
	return irqs()->validate(cell, r);
}
void model_grant(struct cell *cell)
{
	unsigned i;

	irqs()->grant(cell);
	for_each_cpu (i, cell->config->cpus)
		percpus[i].public.cell = cell;
	cell->cpus = cell->config->cpus;
	if (cell->id != BH_ROOT_CELL)
		root_cell()->cpus &= ~cell->cpus;
	CHECK(irqs()->audit(cell) || cell->id == BH_ROOT_CELL);
}
void model_reset(struct cell *cell)
{
	irqs()->reset(cell);
}
void model_revoke(struct cell *cell)
{
	unsigned i;

	irqs()->revoke(cell);
	for_each_cpu (i, cell->cpus)
		percpus[i].public.cell = root_cell();
	root_cell()->cpus |= cell->cpus;
	cells[cell->id] = NULL;
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
	struct bh_irq_range *range;

	memset(&parts[id], 0, sizeof(parts[id]));
	memset(&cell_room[id], 0, sizeof(cell_room[id]));
	part->cpus = cpus;
	part->irq_mode = mode;
	range = (struct bh_irq_range *)part->regions;
	for (; irq[1]; irq += 2)
		range[part->n_irqs++] = (struct bh_irq_range){ irq[0], irq[1] };
	cell_room[id].id = id;
	cell_room[id].config = part;
	return &cell_room[id];
}

struct cell *model_cell(uint64_t cpus, enum bh_irq_mode mode, const uint32_t *irq)
{
	struct cell *cell = build(1, cpus, mode, irq);

	return cell;
}

static void power_on(void)
{
	memset(space, 0, sizeof(space));
	*word_at(GICD_TYPER) = MODEL_SPIS_END / 32 - 1 | 15 << 19 | 1 << 17;
	*word_at(GICD_CTLR) = GICD_CTLR_DS | 0x13;
	*word_at(GIC_PIDR2) = 0x30;
	for (unsigned i = 0; i < MODEL_CPUS; i++) {
		uint64_t rd = MODEL_GICR - MODEL_GICD + i * GICR_FRAMES;

		*word_at(rd + GICR_TYPER) =
			i << 8 | GICR_TYPER_PLPIS | (i == MODEL_CPUS - 1 ? GICR_TYPER_LAST : 0);
		*word_at(rd + GICR_TYPER + 4) = i;
		*word_at(rd + GIC_PIDR2) = 0x30;
		memset(space + rd + GICR_SGI_FRAME + GICD_IPRIORITYR, 0xa0, 32);
	}
	memset(space + GICD_IPRIORITYR + 32, 0xa0, MODEL_SPIS_END - 32);
	*sysreg("ich_vtr_el2") = (4ull << 26) | (lrs_implemented - 1);
	*sysreg("icc_ctlr_el1") = 4 << 8;
	*sysreg("icc_pmr_el1") = 0xf0;
	*sysreg("icc_igrpen1_el1") = 1;
	running_priority = IDLE;
}

void model_start(enum bh_irq_mode root_mode, unsigned lrs)
{
	static const uint32_t root_irqs[] = { 16, 16, 32, 64, 240, 9, 0, 0 };
	struct bh_system_part *system = &system_room.part;
	struct bh_refusal r;

	lrs_implemented = lrs;
	power_on();
	system->n_cpus = MODEL_CPUS;
	system->platform.arm64 = (struct bh_arm64_platform){
		.gic_version = 3,
		.maintenance_irq = MODEL_MAINTENANCE,
		.gicd_phys = MODEL_GICD,
		.gicr_phys = MODEL_GICR,
		.gicr_size = REDIST_SIZE,
		.its_phys = MODEL_ITS,
		.its_size = ITS_SIZE,
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
	CHECK(gic_init(system, &r));
	cells[BH_ROOT_CELL] = build(BH_ROOT_CELL, 0xf, root_mode, root_irqs);
	CHECK(model_validate(cells[BH_ROOT_CELL], &r));
	model_grant(cells[BH_ROOT_CELL]);
	gic_cpu_take(&percpus[0]);
}
