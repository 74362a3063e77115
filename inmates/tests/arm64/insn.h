/* SPDX-License-Identifier: GPL-2.0 */
/* Machine code for probe_instruction() (Arm DDI 0487, C6.2). Registers are x0. */
#ifndef INMATE_INSN_H
#define INMATE_INSN_H

/* MRS x0, S<op0>_<op1>_C<crn>_C<crm>_<op2>, and MSR to it from x0; op0 is 2 or 3. */
#define INSN_MRS(op0, op1, crn, crm, op2) \
	(0xd5300000u | ((op0)&1) << 19 | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define INSN_MSR(op0, op1, crn, crm, op2) \
	(0xd5100000u | ((op0)&1) << 19 | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)

#define INSN_HVC(immediate) (0xd4000002u | (immediate) << 5)
#define INSN_SMC(immediate) (0xd4000003u | (immediate) << 5)
#define INSN_SVC 0xd4000001u
#define INSN_BRK 0xd4200000u
#define INSN_HLT 0xd4400000u
#define INSN_UDF 0x00000000u
#define INSN_ERET 0xd69f03e0u
#define INSN_MOVZ_X0(immediate) (0xd2800000u | (immediate) << 5)

#endif
