// SPDX-License-Identifier: GPL-2.0
/* The initial state of a CPU in the cell: nothing remains of its previous owner. */
#include "cpu.h"
#include "gic.h"
#include "info.h"
#include "insn.h"
#include "machine.h"
#include "mmio.h"
#include "percpu.h"
#include "probe.h"
#include "selftest.h"
#include "selftest_state.h"
#include "string.h"
#include "sysreg.h"

#define SCTLR_M (1u << 0)
#define SCTLR_C (1u << 2)
#define SCTLR_I (1u << 12)
#define SCTLR_WXN (1u << 19)
#define SCTLR_E0E (1u << 24)
#define SCTLR_EE (1u << 25)
#define DAIF_ALL (0xfu << 6)

/* Checks that x0 is the address of the info page, or 0, and all others are zero. */
static void general_registers(void)
{
	unsigned int bad = 0;

	if (boot_state.regs[0] != CELL_INFO)
		bad = boot_state.regs[0] ? 1 : 0;
	for (unsigned int i = 1; i < 31; i++)
		if (boot_state.regs[i])
			bad = i + 1;
	report(!bad, "reset-general", bad ? "x%u is 0x%lx" : "all zero", bad ? bad - 1 : 0,
	       bad ? boot_state.regs[bad - 1] : 0);
}

static void fp_registers(void)
{
	struct fp_state state;
	uint64_t any = 0;

	selftest_fp_state(&state);
	for (unsigned int i = 0; i < 64; i++)
		any |= state.q[i];
	expect("reset-fp", any, 0);
	expect("reset-fpcr", state.fpcr, 0);
	expect("reset-fpsr", state.fpsr, 0);
}

static void control_registers(void)
{
	expect("reset-sctlr",
	       boot_state.sctlr & (SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_WXN | SCTLR_E0E | SCTLR_EE),
	       0);
	expect("reset-cpacr", boot_state.cpacr & 3 << 20, 0);
	expect("reset-el", boot_state.current_el, 1 << 2);
	expect("reset-daif", boot_state.daif, DAIF_ALL);
	expect("reset-spsel", boot_state.spsel, 1);
	expect("reset-tpidr_el1", boot_state.tpidr, 0);
	expect("reset-vbar", boot_state.vbar, 0);
}

#define EXPECT_ZERO(reg) expect("reset-" #reg, sysreg_read(reg), 0)

/* Registers that a reset does not clear must not contain root's values. */
static void leftovers(void)
{
	EXPECT_ZERO(ttbr0_el1);
	EXPECT_ZERO(ttbr1_el1);
	EXPECT_ZERO(tcr_el1);
	EXPECT_ZERO(mair_el1);
	EXPECT_ZERO(amair_el1);
	EXPECT_ZERO(contextidr_el1);
	EXPECT_ZERO(tpidr_el0);
	EXPECT_ZERO(tpidrro_el0);
	EXPECT_ZERO(sp_el0);
	EXPECT_ZERO(cntkctl_el1);
	EXPECT_ZERO(par_el1);
	EXPECT_ZERO(csselr_el1);
	if (info_native())
		return; /* the probe for the info page faulted */
	EXPECT_ZERO(esr_el1);
	EXPECT_ZERO(far_el1);
	EXPECT_ZERO(afsr0_el1);
	EXPECT_ZERO(afsr1_el1);
}

/* Checks a register of a feature that cannot be hidden on every CPU: it must be absent or zero. */
static void optional(const char *name, uint32_t mrs)
{
	uint64_t regs[PROBE_REGS] = { 0 };
	bool fault = probe_instruction(mrs, regs);

	report(fault || !regs[0], name, fault ? "absent" : "0x%lx", regs[0]);
}

static void optional_registers(void)
{
	optional("reset-tpidr2_el0", INSN_MRS(3, 3, 13, 0, 5));
	optional("reset-smpri_el1", INSN_MRS(3, 0, 1, 2, 4));
	optional("reset-scxtnum_el0", INSN_MRS(3, 3, 13, 0, 7));
	optional("reset-scxtnum_el1", INSN_MRS(3, 0, 13, 0, 7));
	optional("reset-apiakeylo_el1", INSN_MRS(3, 0, 2, 1, 0));
	optional("reset-apiakeyhi_el1", INSN_MRS(3, 0, 2, 1, 1));
	optional("reset-apgakeylo_el1", INSN_MRS(3, 0, 2, 3, 0));
	optional("reset-disr_el1", INSN_MRS(3, 0, 12, 1, 1));
}

static void timers_and_counters(void)
{
	expect("reset-cntv_ctl", sysreg_read(cntv_ctl_el0) & 1, 0);
	expect("reset-cntp_ctl", sysreg_read(cntp_ctl_el0) & 1, 0);
	expect("reset-pmcr", sysreg_read(pmcr_el0) & 1, 0);
	expect("reset-pmcntenset", sysreg_read(pmcntenset_el0), 0);
	expect("reset-pmintenset", sysreg_read(pmintenset_el1), 0);
	expect("reset-pmovsset", sysreg_read(pmovsset_el0), 0);
	expect("reset-pmuserenr", sysreg_read(pmuserenr_el0), 0);
	expect("reset-mdscr", sysreg_read(mdscr_el1) & (1 << 0 | 1 << 13 | 1 << 15), 0);
	expect("reset-dbgbcr0", sysreg_read(dbgbcr0_el1) & 1, 0);
	expect("reset-dbgwcr0", sysreg_read(dbgwcr0_el1) & 1, 0);
}

static void cpu_interface(void)
{
	expect("reset-icc_sre", sysreg_read(icc_sre_el1) & 1, 1);
	EXPECT_ZERO(icc_pmr_el1);
	EXPECT_ZERO(icc_igrpen0_el1);
	EXPECT_ZERO(icc_igrpen1_el1);
	EXPECT_ZERO(icc_ap0r0_el1);
	EXPECT_ZERO(icc_ap1r0_el1);
	expect("reset-icc_rpr", sysreg_read(icc_rpr_el1) & 0xff, 0xff);
	expect("reset-icc_eoimode", sysreg_read(icc_ctlr_el1) & 2, 0);
}

/* No interrupt is enabled, pending or active, except that SGIs may be always enabled. */
static void interrupts(void)
{
	uint64_t own = gicr_of(this_cpu()->id), gicd = info()->gicd_guest;
	uint64_t enabled, pending, active;

	if (!own) {
		report(false, "reset-gicr", "no redistributor for 0x%lx", this_cpu()->id);
		return;
	}
	enabled = mmio_read32(own + GICR_SGI_FRAME + GICD_ISENABLER) & 0xffff0000;
	pending = mmio_read32(own + GICR_SGI_FRAME + GICD_ISPENDR);
	active = mmio_read32(own + GICR_SGI_FRAME + GICD_ISACTIVER);
	for (unsigned int i = 4; i < 128; i += 4) {
		enabled |= mmio_read32(gicd + GICD_ISENABLER + i);
		pending |= mmio_read32(gicd + GICD_ISPENDR + i);
		active |= mmio_read32(gicd + GICD_ISACTIVER + i);
	}
	expect("reset-irq-enabled", enabled, 0);
	expect("reset-irq-pending", pending, 0);
	expect("reset-irq-active", active, 0);
	expect("reset-lpis", mmio_read32(own + GICR_CTLR) & 1, 0);
}

void selftest_reset_state(void)
{
	general_registers();
	fp_registers();
	control_registers();
	leftovers();
	optional_registers();
	timers_and_counters();
	cpu_interface();
	interrupts();
}
