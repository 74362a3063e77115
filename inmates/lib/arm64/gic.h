/* SPDX-License-Identifier: GPL-2.0 */
/* GICv3 (Arm IHI 0069, chapter 12): registers used by the library and tests. */
#ifndef INMATE_GIC_H
#define INMATE_GIC_H

#include <stdint.h>

#define GICD_CTLR 0x0000
#define GICD_CTLR_GROUP1 (1u << 1)
#define GICD_CTLR_ARE (1u << 4)
#define GICD_CTLR_DS (1u << 6)
#define GICD_CTLR_RWP (1u << 31)
#define GICD_TYPER 0x0004
#define GICD_SETSPI_NSR 0x0040
#define GICD_CLRSPI_NSR 0x0048
#define GICD_IGROUPR 0x0080
#define GICD_ISENABLER 0x0100
#define GICD_ICENABLER 0x0180
#define GICD_ISPENDR 0x0200
#define GICD_ICPENDR 0x0280
#define GICD_ISACTIVER 0x0300
#define GICD_ICACTIVER 0x0380
#define GICD_IPRIORITYR 0x0400
#define GICD_ITARGETSR 0x0800
#define GICD_ICFGR 0x0c00
#define GICD_IGRPMODR 0x0d00
#define GICD_NSACR 0x0e00
#define GICD_SGIR 0x0f00
#define GICD_IROUTER 0x6000
#define GICD_IROUTER_ANY (1ull << 31)
#define GICD_PIDR2 0xffe8

#define GICR_CTLR 0x0000
#define GICR_TYPER 0x0008
#define GICR_TYPER_VLPIS (1u << 1)
#define GICR_TYPER_LAST (1u << 4)
#define GICR_WAKER 0x0014
#define GICR_WAKER_SLEEP (1u << 1)
#define GICR_WAKER_ASLEEP (1u << 2)
#define GICR_PROPBASER 0x0070
#define GICR_PENDBASER 0x0078
/* The second frame has the registers of interrupts 0..31, at the GICD_ offsets. */
#define GICR_SGI_FRAME 0x10000
#define GICR_STRIDE 0x20000

#define GIC_PRIORITY 0xa0u

/* Base of the redistributor of the calling CPU (or of a given CPU), 0 if there is none. */
uint64_t gicr_of(uint64_t mpidr_affinity);

/* Returns the value of ICC_SGI1R_EL1 that sends the SGI to one CPU. */
uint64_t sgi_to(uint64_t mpidr_affinity, unsigned int sgi);

#endif
