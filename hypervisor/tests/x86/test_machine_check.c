// SPDX-License-Identifier: GPL-2.0
/* A machine check on a cell's CPU stops the cell; the record has status and address of the first
 * bank with an error (APM volume 2, 9.3). */
#include "model.h"
#include "test.h"
#include <arch/svm.h>
#include <arch/vm.h>

#define BANKS 4u
#define VALID BIT(63)
#define FIRST (VALID | BIT(58) | 0x135) /* an error with a valid address */
#define SECOND (VALID | 0x150)
#define ADDRESS 0x12345678ull

struct host_frame;
void svm_exit(struct guest_regs *regs);
void __noreturn host_fault(const struct host_frame *frame);

static struct vmcb vmcb;

static uint64_t *status_of(uint32_t bank)
{
	return model_msr(MSR_MC0_STATUS + 4 * bank);
}

static void look(const struct bh_failure *record, enum bh_stop_reason reason)
{
	CHECK_EQ(reason, BH_STOP_SERROR);
	CHECK_EQ(record->pc, 0x1234);
	CHECK_EQ(record->x86.info1, FIRST);
	CHECK_EQ(record->x86.info2, ADDRESS);
	/* All banks are clear for the CPU's next owner. */
	for (uint32_t i = 0; i < BANKS; i++)
		CHECK(!(*status_of(i) & VALID));
	CHECK_EQ(*model_msr(MSR_MCG_STATUS), 0);
}

static void check_machine(void *unused)
{
	struct guest_regs regs = { .cpu = this_cpu() };

	(void)unused;
	vmcb.exit_code = EXIT_EXCEPTION + VECTOR_MC;
	svm_exit(&regs);
}

/* The frame that host_exception (vectors.S) passes. */
static void check_machine_inside(void *unused)
{
	static const uint64_t frame[7] = { VECTOR_MC };

	(void)unused;
	host_fault((const struct host_frame *)frame);
}

static void start(void)
{
	struct cell *cell;

	model_start();
	model_config(BIT(3));
	CHECK(cell = model_create());
	model_run_as(3);
	vm = &svm_ops;
	this_cpu()->arch.control = &vmcb;
	vmcb.rip = 0x1234;
	*model_msr(MSR_MCG_CAP) = 0x100 | BANKS;
	*model_msr(MSR_MCG_STATUS) = BIT(2); /* one is in progress */
	*status_of(0) = 0x135;		     /* stale: not valid */
	*status_of(1) = FIRST;
	*model_msr(MSR_MC0_STATUS + 4 + 1) = ADDRESS;
	*status_of(3) = SECOND;
	model_at_stop = look;
}

TEST(a_machine_check_ends_a_cell_and_is_recorded)
{
	start();
	CHECK_FAILS(check_machine, NULL, "stopped");
}

TEST(a_machine_check_inside_for_a_cell_ends_it_alike)
{
	start();
	CHECK_FAILS(check_machine_inside, NULL, "stopped");
}
