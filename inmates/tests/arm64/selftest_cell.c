// SPDX-License-Identifier: GPL-2.0
/* The machine as seen by the cell: ID registers, firmware, interrupts. */
#include "cpu.h"
#include "exception.h"
#include "gic.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include "mmio.h"
#include "percpu.h"
#include "probe.h"
#include "psci.h"
#include "selftest.h"
#include "selftest_state.h"
#include "sysreg.h"
#include "timer.h"

static uint64_t field(uint64_t reg, unsigned int shift)
{
	return reg >> shift & 0xf;
}

/* Checks that the instruction is undefined. */
static void expect_undefined(const char *name, uint32_t insn)
{
	uint64_t regs[PROBE_REGS] = { 0 };
	bool fault = probe_instruction(insn, regs);
	unsigned int class = fault ? esr_class(probe_fault()->syndrome) : 0;

	report(fault && class == EC_UNKNOWN, name, "%s, class 0x%x",
	       fault ? "faults" : "doesn't fault", class);
}

/* Features whose state the hypervisor does not reset are hidden (Arm DDI 0487, D19.2 ID_AA64*). */
void selftest_identification(void)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1), pfr1 = sysreg_read(id_aa64pfr1_el1);
	uint64_t dfr0 = sysreg_read(id_aa64dfr0_el1);

	expect("id-sve", field(pfr0, 32), 0);
	expect("id-mpam", field(pfr0, 40) | field(pfr1, 16), 0);
	expect("id-amu", field(pfr0, 44), 0);
	expect("id-mte", field(pfr1, 8), 0);
	expect("id-sme", field(pfr1, 24), 0);
	expect("id-spe", field(dfr0, 32), 0);
	expect("id-trbe", field(dfr0, 44), 0);
	expect("id-zfr0", sysreg_read(S3_0_C0_C4_4), 0);
	expect("id-smfr0", sysreg_read(S3_0_C0_C4_5), 0);
	selftest_id_list();
	selftest_debug();
	/* CPACR_EL1.ZEN, FPEN, SMEN: disable traps to EL1, which would precede those to EL2. */
	sysreg_write(cpacr_el1, 3 << 16 | 3 << 20 | 3 << 24);
	isb();
	expect_undefined("no-sve", 0x04bf5020); /* RDVL x0, #1 */
	expect_undefined("no-sme", 0xd503477f); /* SMSTART */
	expect_undefined("no-zcr_el1", INSN_MRS(3, 0, 1, 2, 0));
	expect_undefined("no-smcr_el1", INSN_MRS(3, 0, 1, 2, 6));
	expect_undefined("no-gcr_el1", INSN_MRS(3, 0, 1, 0, 6));
	expect_undefined("no-pmscr_el1", INSN_MRS(3, 0, 9, 9, 0));
	expect_undefined("no-trblimitr_el1", INSN_MRS(3, 0, 9, 11, 0));
	expect_undefined("no-mpam1_el1", INSN_MRS(3, 0, 10, 5, 0));
	expect_undefined("no-amcr_el0", INSN_MRS(3, 3, 13, 2, 0));
	expect_undefined("no-hcr_el2", INSN_MRS(3, 4, 1, 1, 0));
	expect_undefined("no-scr_el3", INSN_MRS(3, 6, 1, 1, 0));
	expect_undefined("no-sp_el1", INSN_MRS(3, 4, 4, 1, 0));
}

/* Both conduits return the same. */
static void conduits(void)
{
	uint64_t regs[PROBE_REGS] = { PSCI_VERSION };
	bool fault = probe_run(call_smc, regs);

	report(!fault && regs[0] == (uint64_t)psci_call(PSCI_VERSION, 0, 0, 0), "psci-smc",
	       fault ? "SMC faults" : "0x%lx", regs[0]);
}

void selftest_firmware(void)
{
	int64_t version = psci_call(PSCI_VERSION, 0, 0, 0);
	uint64_t self = this_cpu()->id;

	report(version >= 0x10000, "psci-version", "0x%lx", version);
	expect("psci-affinity", psci_call(PSCI_AFFINITY_INFO, self, 0, 0), 0);
	expect("psci-unknown", (uint32_t)psci_call(0x8400ffff, 0, 0, 0), (uint32_t)-1);
	expect("psci-already-on",
	       (uint32_t)psci_call(PSCI_CPU_ON, self, (uint64_t)selftest_firmware, 0),
	       (uint32_t)PSCI_ALREADY_ON);
	expect("psci-foreign-on", (uint32_t)psci_call(PSCI_CPU_ON, 0x7f0000, 0, 0),
	       (uint32_t)PSCI_INVALID_PARAMETERS);
	expect("psci-features-on", psci_call(PSCI_FEATURES, PSCI_CPU_ON, 0, 0), 0);
	if (info_native())
		return;
	conduits();
	report(psci_call(PSCI_FEATURES, SMCCC_VERSION, 0, 0) == 0, "psci-features-smccc", "yes");
	report(psci_call(SMCCC_VERSION, 0, 0, 0) >= 0x10001, "smccc-version", "0x%lx",
	       psci_call(SMCCC_VERSION, 0, 0, 0));
	expect("psci-no-suspend", (uint32_t)psci_call(PSCI_FEATURES, PSCI_SYSTEM_SUSPEND, 0, 0),
	       (uint32_t)PSCI_NOT_SUPPORTED);
}

#define CNT_CTL_ISTATUS 4
static volatile unsigned int physical_timer_taken;

static void on_physical_timer(unsigned int irq)
{
	(void)irq;
	physical_timer_taken++;
	sysreg_write(cntp_ctl_el0, 0);
	isb();
}

/* Prints the state that shows where a missing timer interrupt is stuck. */
static void report_physical_timer(void)
{
	uint64_t sgi = gicr_of(this_cpu()->id) + GICR_SGI_FRAME;

	report(physical_timer_taken == 1, "physical-timer",
	       "taken %u, control %lx, %ld ticks late, enabled %x, pending %x, active %x",
	       physical_timer_taken, sysreg_read(cntp_ctl_el0),
	       (long)(sysreg_read(cntpct_el0) - sysreg_read(cntp_cval_el0)),
	       mmio_read32(sgi + GICD_ISENABLER), mmio_read32(sgi + GICD_ISPENDR),
	       mmio_read32(sgi + GICD_ISACTIVER));
}

static void physical_timer(void)
{
	uint64_t end;

	irq_enable(30, on_physical_timer);
	sysreg_write(cntp_cval_el0, sysreg_read(cntpct_el0) + clock_from_us(1000));
	sysreg_write(cntp_ctl_el0, 1);
	isb();
	cpu_irqs_enable();
	/* A busy emulator may expire the timer late; the time limit starts at the expiry. */
	while (!physical_timer_taken && !(sysreg_read(cntp_ctl_el0) & CNT_CTL_ISTATUS))
		cpu_relax();
	end = clock_now() + 5 * clock_hz();
	while (!physical_timer_taken && clock_now() < end)
		cpu_relax();
	cpu_irqs_disable();
	report_physical_timer();
}

/* The redistributors belong to the cell's CPUs, in the same order. */
static void redistributors(void)
{
	uint64_t frame = info()->gicr_guest, typer;
	unsigned int n = 0;
	bool right = true;

	do {
		typer = mmio_read64(frame + GICR_TYPER);
		if (n < cpu_count())
			right = right && gicr_of(info()->cpu_ids[n]) == frame;
		n++;
		frame += GICR_STRIDE;
	} while (!(typer & GICR_TYPER_LAST) && n < 128);
	report(n == cpu_count() && right, "gicr-frames", "%u", n);
}

void selftest_interrupts(void)
{
	physical_timer();
	selftest_second_cpu();
	redistributors();
	expect("gic-version", mmio_read32(info()->gicd_guest + GICD_PIDR2) >> 4 & 0xf, 3);
	if (!info_native())
		expect("gic-no-lpis", mmio_read32(info()->gicd_guest + GICD_TYPER) >> 17 & 1, 0);
}
