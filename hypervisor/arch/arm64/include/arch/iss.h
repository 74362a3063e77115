/* SPDX-License-Identifier: GPL-2.0 */
/* The syndrome of a trapped MRS, MSR or system instruction (DDI 0487 D17.2.37, EC 0x18). */
#ifndef ARCH_ISS_H
#define ARCH_ISS_H

#define ISS_REGISTER 0x3ffc1full /* register and direction of access */
#define ISS_READ 1u
#define ISS_OF(op0, op1, crn, crm, op2) \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define ISS_DC_ISW ISS_OF(1u, 0u, 7u, 6u, 2u)
#define ISS_DC_CSW ISS_OF(1u, 0u, 7u, 10u, 2u)
#define ISS_DC_CISW ISS_OF(1u, 0u, 7u, 14u, 2u)
#define ISS_MDSCR ISS_OF(2u, 0u, 0u, 2u, 2u)
#define ISS_OSLAR ISS_OF(2u, 0u, 1u, 0u, 4u)
#define ISS_OSLSR ISS_OF(2u, 0u, 1u, 1u, 4u)
#define ISS_REVIDR ISS_OF(3u, 0u, 0u, 0u, 6u)
#define ISS_SMIDR ISS_OF(3u, 1u, 0u, 0u, 6u)
#define ISS_AIDR ISS_OF(3u, 1u, 0u, 0u, 7u)
#define ISS_SCTLR ISS_OF(3u, 0u, 1u, 0u, 0u)
#define ISS_ACTLR ISS_OF(3u, 0u, 1u, 0u, 1u)
#define ISS_PMR ISS_OF(3u, 0u, 4u, 6u, 0u)
#define ISS_DIR ISS_OF(3u, 0u, 12u, 11u, 1u)
#define ISS_RPR ISS_OF(3u, 0u, 12u, 11u, 3u)
#define ISS_SGI1R ISS_OF(3u, 0u, 12u, 11u, 5u)
#define ISS_ASGI1R ISS_OF(3u, 0u, 12u, 11u, 6u)
#define ISS_SGI0R ISS_OF(3u, 0u, 12u, 11u, 7u)
#define ISS_CTLR ISS_OF(3u, 0u, 12u, 12u, 4u)
#define ISS_SRE ISS_OF(3u, 0u, 12u, 12u, 5u)
#define ISS_OP0(esr) ((unsigned)((esr) >> 20 & 3))
#define ISS_OP1(esr) ((unsigned)((esr) >> 14 & 7))
#define ISS_RT(esr) ((unsigned)((esr) >> 5 & 0x1f))

#endif
