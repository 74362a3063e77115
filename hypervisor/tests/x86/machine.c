// SPDX-License-Identifier: GPL-2.0
/* The rest of the model: root, CPUs, cells, and functions of the core. */
#include "model.h"
#include "../audits.h"
#include "../test.h"
#include <arch/features.h>
#include <arch/apic.h>
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/image.h>
#include <arch/msr.h>
#include <arch/ports.h>
#include <arch/vm.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/console.h>
#include <hyp/log.h>

#define POOL_PAGES 256u

static char pool[POOL_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static unsigned current;
static struct percpu percpus[MODEL_CPUS];
static struct bh_cpu_stats stats[MODEL_CPUS];
static union {
	struct bh_system_part part;
	uint8_t room[4096];
} system_room;
static union config {
	struct bh_cell_part part;
	uint8_t room[4096];
} root_config, *next_config;
static struct cell root;
static uint32_t next_id;

struct cell *cells[BH_MAX_CELLS];
const struct bh_system_part *system_config = &system_room.part;
struct bh_boot boot_params;
struct bh_refusal model_refusal;
char mem_end[MODEL_CPUS * AREA_STRIDE] __attribute__((aligned(4096)));
uint64_t hyp_phys_offset;
const uint16_t arch_config_id = BH_ARCH_X86;

/* ---- functions that the code under test calls ---- */

struct percpu *this_cpu(void)
{
	return &percpus[current];
}

struct percpu *percpu_of(unsigned index)
{
	return index < MODEL_CPUS ? &percpus[index] : NULL;
}

uint64_t arch_ticks(void)
{
	static uint64_t ticks;

	return ++ticks;
}

void arch_relax(void)
{
	test_fail(__FILE__, __LINE__, "waits for somebody");
}

void arch_kick(struct percpu *cpu)
{
	cpu->arch.kicked = 1;
}

void cpu_init(struct percpu *target)
{
	target->arch.init = 1;
}

void cpu_sipi(struct percpu *target, unsigned vector)
{
	target->public.entry = (uint64_t)vector << PAGE_SHIFT;
}

void cpu_park(struct percpu *cpu)
{
	(void)cpu;
	test_fail(__FILE__, __LINE__, "parked");
}

void log_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1, uint64_t v2)
{
	(void)code, (void)cell, (void)v0, (void)v1, (void)v2;
}

void console_put(struct cell *cell, uint8_t byte)
{
	(void)cell, (void)byte;
}

unsigned model_input;

uint32_t console_waiting(struct cell *cell)
{
	(void)cell;
	return model_input;
}

int console_get(struct cell *cell)
{
	(void)cell;
	return model_input ? (int)model_input-- : -1;
}

void cell_reset_self(struct percpu *cpu)
{
	(void)cpu;
	test_fail(__FILE__, __LINE__, "reset");
}

void (*model_at_stop)(const struct bh_failure *record, enum bh_stop_reason reason);

void cell_stop_self(struct percpu *cpu, const struct bh_failure *record, enum bh_stop_reason reason)
{
	(void)cpu;
	if (model_at_stop)
		model_at_stop(record, reason);
	test_fail(__FILE__, __LINE__, reason == BH_STOP_OFF ? "off" : "stopped");
}

void fpu_reset(void)
{
}

/* ---- guests ---- */

static const struct mmio_range *range_of(uint64_t address)
{
	const struct mmio_range *range = mmio_find(&this_cpu()->public.cell->mmio, address, 1);

	CHECK(range);
	return range;
}

static bool access(uint64_t address, struct mmio_access *access)
{
	const struct mmio_range *range = range_of(address);

	access->offset = address - range->start;
	return range->handler(this_cpu()->public.cell, access, range->context);
}

uint64_t model_read(uint64_t address, unsigned size)
{
	struct mmio_access a = { .size = (uint8_t)size, .value = 0xdeadbeefdeadbeef };

	CHECK(access(address, &a));
	return a.value;
}

void model_write(uint64_t address, unsigned size, uint64_t value)
{
	struct mmio_access a = { .size = (uint8_t)size, .write = true, .value = value };

	CHECK(access(address, &a));
}

bool model_refuses(uint64_t address, unsigned size, bool write)
{
	struct mmio_access a = { .size = (uint8_t)size, .write = write };

	return !access(address, &a);
}

bool model_port(uint16_t port, unsigned size, bool write, uint32_t *value)
{
	return port_emulate(this_cpu(), port, size, write, value);
}

/* ---- creation and destruction of cells ---- */

void model_run_as(unsigned index)
{
	current = index;
}

struct percpu *model_cpu(unsigned index)
{
	return &percpus[index];
}

struct bh_cell_part *model_config(uint64_t cpus)
{
	next_config = pool_alloc(1);
	next_config->part.cpus = cpus;
	return &next_config->part;
}

/* Lists must be added in the config's order: regions, interrupts, ports, functions. */
void model_add_region(uint64_t phys, uint64_t size, uint32_t type)
{
	struct bh_cell_part *c = &next_config->part;

	CHECK(!c->n_irqs && !c->n_ports && !c->n_functions);
	c->regions[c->n_regions++] =
		(struct bh_region){ phys, phys, size, type, BH_REGION_READ | BH_REGION_WRITE };
}

static void add_range(uint32_t *count, uint32_t first, uint32_t n)
{
	struct bh_cell_part *c = &next_config->part;
	struct bh_range *ranges = (struct bh_range *)bh_cell_irqs(c);

	ranges[c->n_irqs + c->n_ports + c->n_functions] = (struct bh_range){ first, n };
	++*count;
}

void model_add_irqs(uint32_t first, uint32_t count)
{
	add_range(&next_config->part.n_irqs, first, count);
}

void model_add_ports(uint32_t first, uint32_t count)
{
	add_range(&next_config->part.n_ports, first, count);
}

void model_add_functions(uint32_t first, uint32_t count)
{
	add_range(&next_config->part.n_functions, first, count);
}

static void set_owner(struct cell *cell, uint64_t cpus)
{
	unsigned i;

	for_each_cpu (i, cpus) {
		percpus[i].public.cell->cpus &= ~BIT(i);
		percpus[i].public.cell = cell;
		cell->cpus |= BIT(i);
	}
}

static void check_audit(void)
{
	for (unsigned i = 0; i < BH_MAX_CELLS; i++)
		CHECK(!cells[i] || audit(cells[i]));
}

static void map_regions(struct cell *cell)
{
	for (uint32_t i = 0; i < cell->config->n_regions; i++) {
		const struct bh_region *r = &cell->config->regions[i];

		CHECK(reserve_grow(&cell->reserve, 8));
		pt_map(&cell->s2, &cell->reserve, r->guest, r->phys, r->size, PT_READ | PT_WRITE);
		if (r->type == BH_REGION_MMIO && cell != &root)
			pt_unmap(&root.s2, &cell->reserve, r->phys, r->size);
	}
}

static void add_root_region(uint64_t phys, uint64_t size)
{
	root_config.part.regions[root_config.part.n_regions++] =
		(struct bh_region){ phys, phys, size, BH_REGION_MMIO, 0 };
}

static void release(struct cell *cell)
{
	classes_release(cell);
	reserve_release(&cell->reserve);
	pt_free(&cell->s2);
	arch_cell_exit(cell);
	pool_free((void *)cell->config, 1);
	pool_free(cell, 1);
}

struct cell *model_create(void)
{
	struct cell *cell = pool_alloc(1);

	cell->id = next_id;
	cell->config = &next_config->part;
	cell->state = BH_STATE_RUNNING;
	CHECK(arch_cell_init(cell, &model_refusal));
	model_refusal = (struct bh_refusal){ 0 };
	if (!classes_validate(cell, &model_refusal)) {
		release(cell);
		return NULL;
	}
	set_owner(cell, cell->config->cpus);
	map_regions(cell);
	classes_grant(cell);
	cells[next_id++] = cell;
	check_audit();
	return cell;
}

void model_start_with_cell(void)
{
	model_start();
	model_config(BIT(3));
	CHECK(model_create());
}

struct guest_regs model_cpuid(unsigned cpu, uint32_t leaf, uint32_t sub, uint64_t cr4)
{
	const uint64_t high = 0x1234567800000000;
	struct guest_regs regs = { .r[R_AX] = high | leaf, .r[R_CX] = high | sub };

	model_run_as(cpu);
	regs.cpu = this_cpu();
	cpuid_emulate(&regs, cr4);
	CHECK(!((regs.r[R_AX] | regs.r[R_BX] | regs.r[R_CX] | regs.r[R_DX]) >> 32));
	return regs;
}

void model_reset_cell(struct cell *cell)
{
	classes_reset(cell);
	check_audit();
}

static void revoke_cpus(struct cell *cell)
{
	set_owner(&root, cell->cpus);
}

RESOURCE_CLASS(RANK_CPU, cpu_class, .revoke = revoke_cpus);

void model_destroy(struct cell *cell)
{
	classes_revoke(cell);
	for (uint32_t i = 0; i < cell->config->n_regions; i++) {
		const struct bh_region *r = &cell->config->regions[i];

		if (r->type == BH_REGION_MMIO) {
			CHECK(reserve_grow(&cell->reserve, 8));
			pt_map(&root.s2, &cell->reserve, r->phys, r->phys, r->size, PT_READ);
		}
	}
	cells[cell->id] = NULL;
	release(cell);
	check_audit();
}

static void start_cpu(unsigned i)
{
	struct percpu *cpu = &percpus[i];

	cpu->public.hw_id = MODEL_ID(i);
	cpu->public.index = i;
	cpu_frame(i)->cpu = cpu;
	cpu->public.cell = &root;
	cpu->public.state = CPU_RUNNING;
	cpu->public.stats = &stats[i];
	system_room.part.cpus[i].hw_id = MODEL_ID(i);
	*model_base(i) = 0xfee00000 | APIC_BASE_ENABLE;
	*model_apic(i, APIC_DFR) = ~0u;
	*model_apic(i, APIC_LDR) = 1u << (24 + i);
	*model_apic(i, 0x030) = 5u << 16;
	current = i;
	apic_take(cpu);
}

void model_start(void)
{
	struct bh_x86_platform *platform = &system_room.part.platform.x86;
	struct bh_refusal r;

	vm = &svm_ops;
	CHECK(vm->check(&r));
	pool_init(pool, POOL_PAGES);
	system_room.part.n_cpus = MODEL_CPUS;
	system_room.part.flags = BH_SYSTEM_PROTECT;
	platform->apic_phys = 0xfee00000;
	platform->root_doorbell = MODEL_DOORBELL;
	platform->n_io_apics = 1;
	platform->io_apics[0].phys = MODEL_IO_APIC;
	platform->mmconfig_phys = MODEL_MMCONFIG;
	platform->mmconfig_buses = 16;
	boot_params.sleep_ports[0] = 0x604;
	root = (struct cell){ .config = &root_config.part };
	root.cpus = BIT(MODEL_CPUS) - 1;
	root.state = BH_STATE_RUNNING;
	cells[BH_ROOT_CELL] = &root;
	next_id = 1;
	for (unsigned i = 0; i < MODEL_CPUS; i++)
		start_cpu(i);
	current = 0;
	root_config.part.n_regions = 0;
	add_root_region(MODEL_DEVICES, MODEL_DEVICES_SIZE);
	add_root_region(MODEL_HIGH, MODEL_HIGH_SIZE);
	CHECK(arch_cell_init(&root, &model_refusal));
	CHECK(classes_validate(&root, &model_refusal));
	map_regions(&root);
	ioapic_take();
	msr_bitmap_init();
	ports_init();
}
