/* SPDX-License-Identifier: GPL-2.0 */
/* Registers of the GICv3 (Arm IHI 0069H, chapter 12). */
#ifndef ARCH_GIC_REGS_H
#define ARCH_GIC_REGS_H

#include <hyp/types.h>

/* Kinds of INTIDs (2.2) */
#define GIC_PPI_FIRST 16u
#define GIC_SPI_FIRST 32u
#define GIC_SPI_LAST 1019u
#define GIC_LPI_FIRST 8192u

/* Distributor (12.9) and the banked half of it in a redistributor's SGI frame (12.11) */
#define GICD_CTLR 0x0000u
#define GICD_TYPER 0x0004u
#define GICD_IIDR 0x0008u
#define GICD_TYPER2 0x000cu
#define GICD_SETSPI_NSR 0x0040u
#define GICD_CLRSPI_NSR 0x0048u
#define GICD_IGROUPR 0x0080u
#define GICD_ISENABLER 0x0100u
#define GICD_ICENABLER 0x0180u
#define GICD_ISPENDR 0x0200u
#define GICD_ICPENDR 0x0280u
#define GICD_ISACTIVER 0x0300u
#define GICD_ICACTIVER 0x0380u
#define GICD_IPRIORITYR 0x0400u
#define GICD_IPRIORITYR_END 0x0800u
#define GICD_ICFGR 0x0c00u
#define GICD_ICFGR_END 0x0d00u
#define GICD_IROUTER 0x6000u
#define GICD_IROUTER_END 0x7fe0u
#define GIC_ID_FIRST 0xffd0u /* identification registers, also of redistributors and the ITS */
#define GIC_PIDR2 0xffe8u
#define GIC_FRAME_SIZE 0x10000u

#define GICD_CTLR_DS BIT(6)
#define GICD_CTLR_RWP BIT(31)
#define GICD_TYPER_MBIS BIT(16)
#define GICD_TYPER_LPIS BIT(17)
#define GICD_TYPER_NUM_LPIS (0x1full << 11)
#define GICD_TYPER_ESPI BIT(8)
#define GICD_TYPER_NO1N BIT(25)
#define GICD_IROUTER_IRM BIT(31)
#define GIC_AFFINITY 0xff00ffffffull /* of GICD_IROUTER, as in MPIDR_EL1 */

/* Redistributor, RD frame (12.10) */
#define GICR_CTLR 0x0000u
#define GICR_IIDR 0x0004u
#define GICR_TYPER 0x0008u
#define GICR_WAKER 0x0014u
#define GICR_SETLPIR 0x0040u
#define GICR_CLRLPIR 0x0048u
#define GICR_PROPBASER 0x0070u
#define GICR_PENDBASER 0x0078u
#define GICR_INVLPIR 0x00a0u
#define GICR_INVALLR 0x00b0u
#define GICR_SYNCR 0x00c0u
#define GICR_SGI_FRAME 0x10000u
#define GICR_FRAMES 0x20000u /* of one CPU; with virtual LPIs twice that */

#define GICR_CTLR_ENABLE_LPIS BIT(0)
#define GICR_CTLR_RWP BIT(3)
#define GICR_TYPER_VLPIS BIT(1)
#define GICR_TYPER_LAST BIT(4)
#define GICR_TYPER_PPIS_SHIFT 27 /* PPInum: blocks of 32 extended PPIs */
#define GICR_WAKER_SLEEP BIT(1)
#define GICR_WAKER_CHILDREN_ASLEEP BIT(2)
#define GICR_PENDBASER_PTZ BIT(62)

/* ITS (12.18) */
#define GITS_CBASER 0x0080u
#define GITS_BASER 0x0100u
#define GITS_BASERS 8u
#define GITS_VALID BIT(63)

/* CPU interface (12.2) */
#define ICC_SRE_ENABLED 7u /* SRE, no bypass; Enable (bit 3) off: EL1's accesses trap */
#define ICC_SRE_MASK 0xfu
#define ICC_CTLR_CBPR BIT(0)
#define ICC_CTLR_EOIMODE BIT(1)
#define ICC_SGI_CLUSTER 0x00fff0ff00ff0000ull /* ICC_SGI1R: Aff3, range selector, Aff2, Aff1 */
#define ICC_SGI_INTID (0xfull << 24)
#define ICC_SGI_IRM BIT(40)
#define ICC_SGI_TARGETS 0xffffull
#define ICC_INTID_MASK 0xffffffull
#define ICC_RPR_IDLE 0xffu /* no interrupt is active */

/* Virtual CPU interface control (12.4) */
#define ICH_HCR_EN BIT(0)
#define ICH_HCR_UIE BIT(1)
#define ICH_HCR_NPIE BIT(3)
#define ICH_HCR_TC BIT(10)
#define ICH_HCR_TDIR BIT(14)
#define ICH_VMCR_VENG1 BIT(1)
#define ICH_VMCR_VCBPR BIT(4)
#define ICH_VMCR_VEOIM BIT(9)
#define ICH_VMCR_VBPR1_SHIFT 18
#define ICH_VMCR_VPMR_SHIFT 24
#define ICH_LR_PENDING BIT(62)
#define ICH_LR_ACTIVE BIT(63)
#define ICH_LR_STATE (ICH_LR_PENDING | ICH_LR_ACTIVE)
#define ICH_LR_HW BIT(61)
#define ICH_LR_GROUP1 BIT(60)
#define ICH_LR_PRIORITY_SHIFT 48
#define ICH_LR_PINTID_SHIFT 32
#define ICH_LR_VINTID 0xffffffffull

#endif
