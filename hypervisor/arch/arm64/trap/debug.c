// SPDX-License-Identifier: GPL-2.0
/*
 * Debug registers of cells. With the OS lock and MDSCR_EL1 a cell could let the CPU halt for an
 * external debugger at breakpoints that it sets, also inside EL2 with a lock held. So all debug
 * registers trap (MDCR_EL2.TDA, TDOSA, TDRA). Cells have single step; breakpoint instructions work
 * without registers. Breakpoints and watchpoints stay clear, and all others read as zero.
 */
#include <arch/iss.h>
#include <arch/trap.h>

/* SS, TDCC, KDE, MDE. Not HDE and what else external debug uses (DDI 0487 D17.3, MDSCR_EL1). */
#define MDSCR_CELL (BIT(0) | BIT(12) | BIT(13) | BIT(15))

static void write_debug(uint64_t reg, uint64_t value)
{
	if (reg == ISS_MDSCR)
		write_sysreg(value & MDSCR_CELL, mdscr_el1);
	else if (reg == ISS_OSLAR)
		write_sysreg(value & 1, oslar_el1);
}

static uint64_t read_debug(uint64_t reg)
{
	if (reg == ISS_MDSCR)
		return read_sysreg(mdscr_el1) & MDSCR_CELL;
	return reg == ISS_OSLSR ? read_sysreg(oslsr_el1) : 0;
}

bool handle_debug_register(struct guest_regs *regs, uint64_t esr)
{
	uint64_t reg = esr & ISS_REGISTER & ~(uint64_t)ISS_READ;

	/* op1 1 is trace, 3 has the communication channel at EL0. */
	if (ISS_OP0(esr) != 2 || (ISS_OP1(esr) != 0 && ISS_OP1(esr) != 3))
		return false;
	if (esr & ISS_READ)
		reg_write(regs, ISS_RT(esr), read_debug(reg));
	else
		write_debug(reg, reg_read(regs, ISS_RT(esr)));
	return true;
}
