/* SPDX-License-Identifier: GPL-2.0 */
/* Bits of EL2's registers (DDI 0487 D17.2). */
#ifndef ARCH_EL2_H
#define ARCH_EL2_H

#include <hyp/types.h>

/* HCR_EL2 */
#define HCR_VM BIT(0)
#define HCR_SWIO BIT(1)
#define HCR_FMO BIT(3)
#define HCR_IMO BIT(4)
#define HCR_AMO BIT(5)
#define HCR_TWI BIT(13)
#define HCR_TID1 BIT(16)
#define HCR_TID3 BIT(18)
#define HCR_TSC BIT(19)
#define HCR_TIDCP BIT(20)
#define HCR_TACR BIT(21)
#define HCR_TSW BIT(22)
#define HCR_TVM BIT(26)
#define HCR_RW BIT(31)
#define HCR_TLOR BIT(35)
#define HCR_TERR BIT(36)
#define HCR_APK BIT(40)
#define HCR_API BIT(41)
#define HCR_TID5 BIT(58)

/* CPTR_EL2 with E2H = 0 */
#define CPTR_TZ BIT(8)
#define CPTR_TFP BIT(10)
#define CPTR_TSM BIT(12)
#define CPTR_TTA BIT(20)
#define CPTR_TAM BIT(30)
/* RES1 bits 0..7, 9 and 13; SVE, SME, trace and activity monitors trap; FP doesn't */
#define CPTR_CELL (0x22ffull | CPTR_TZ | CPTR_TSM | CPTR_TTA | CPTR_TAM)

/* MDCR_EL2 */
#define MDCR_HPMN_MASK 0x1full
#define MDCR_TDA BIT(9)
#define MDCR_TDOSA BIT(10)
#define MDCR_TDRA BIT(11)
#define MDCR_TPMS BIT(14)
#define MDCR_TTRF BIT(19)
/* Debug, profiling and trace filter registers trap; E2PB and E2TB are 0, so buffers trap, too. */
#define MDCR_CELL (MDCR_TDA | MDCR_TDOSA | MDCR_TDRA | MDCR_TPMS | MDCR_TTRF)

/* ESR_ELx */
#define ESR_EC(esr) ((esr) >> 26 & 0x3f)
#define ESR_IL BIT(25)
#define EC_UNKNOWN 0x00
#define EC_WFX 0x01 /* WFI; cells' WFE doesn't trap */
#define EC_IABORT_LOWER 0x20
#define EC_DABORT_LOWER 0x24
#define EC_SERROR 0x2f

/* SPSR_ELx */
#define PSR_MODE_MASK 0x1full
#define PSR_EL1t 0x4
#define PSR_EL1h 0x5
#define PSR_AARCH32 BIT(4)
#define PSR_DAIF (0xfull << 6)
#define PSR_PAN BIT(22)

#endif
