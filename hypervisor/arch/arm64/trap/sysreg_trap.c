// SPDX-License-Identifier: GPL-2.0
/* Trapped MRS, MSR and system instructions. */
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/iss.h>
#include <arch/sysregs.h>
#include <arch/trap.h>
#include <hyp/arch.h>

#define ISS_CRM(esr) ((unsigned)((esr) >> 1 & 0xf))
#define ISS_OP2(esr) ((unsigned)((esr) >> 17 & 7))

/* Emulate a read of an ID register, which HCR_EL2.TID1 or TID3 traps; false: another register. */
static bool id_register(struct guest_regs *regs, uint64_t esr)
{
	unsigned crm = ISS_CRM(esr), op2 = ISS_OP2(esr);
	uint64_t value = 0, reg = esr & ISS_REGISTER;

	if (reg == (ISS_OF(3u, 0u, 0u, crm, op2) | ISS_READ) && crm >= 1 && crm <= 7)
		value = id_for_cells(crm, op2);
	else if (reg == (ISS_REVIDR | ISS_READ))
		value = read_sysreg(revidr_el1);
	else if (reg != (ISS_AIDR | ISS_READ) && reg != (ISS_SMIDR | ISS_READ))
		return false;
	reg_write(regs, ISS_RT(esr), value);
	return true;
}

/* Trapped MSR and MRS come from AArch64: they are 4 bytes long. */
static inline void skip_a64(void)
{
	write_sysreg(read_sysreg(elr_el2) + 4, elr_el2);
}

/* Emulate all but the GIC's registers; false: not a register that a guest may access. */
static bool emulate(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	uint64_t reg = esr & ISS_REGISTER;

	if (reg == ISS_DC_ISW || reg == ISS_DC_CSW || reg == ISS_DC_CISW) {
		count_exit(cpu, BH_EXIT_CACHE);
		handle_set_way(cpu);
		return true;
	}
	count_exit(cpu, BH_EXIT_SYSREG);
	if (reg == (ISS_ACTLR | ISS_READ)) /* reads as zero, ignores writes */
		reg_write(regs, ISS_RT(esr), 0);
	return (reg & ~ISS_READ) == ISS_ACTLR || handle_vm_register(cpu, regs, esr) ||
	       id_register(regs, esr) || handle_debug_register(regs, esr);
}

static bool __attribute__((noinline))
other_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (!gic_sysreg(cpu, regs, esr) && !emulate(cpu, regs, esr)) {
		inject_undefined();
		return false;
	}
	skip_a64();
	return kept_by_callee(ISS_RT(esr));
}

/* The fast path is for SGIs: each interrupt to another CPU traps. */
bool handle_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	if (unlikely((esr & ISS_REGISTER) != ISS_SGI1R))
		return other_sysreg(cpu, regs, esr);
	count_exit(cpu, BH_EXIT_SGI);
	gic_send_sgi(cpu, reg_read(regs, ISS_RT(esr)));
	skip_a64();
	return false;
}
