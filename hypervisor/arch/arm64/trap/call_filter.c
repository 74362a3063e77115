// SPDX-License-Identifier: GPL-2.0
/*
 * Which calls of root reach the firmware. A function's number has fields (Arm DEN0028 2.5): 31 fast
 * call; 30 64-bit arguments; 29:24 owner; 23:16 zero (16 is SMCCC_SVE_HINT); 15:0 the owner's
 * number. Ranges of the architecture and its standards pass by list, because some of their calls
 * give memory away or re-enter EL2 where root chooses. Vendors' ranges pass: on many boards they
 * switch clocks and power.
 */
#include <arch/psci.h>
#include <hyp/cell.h>

#define FAST BIT(31)
#define WIDE BIT(30)
#define OWNER(function) ((function) >> 24 & 0x3f)
#define NUMBER(function) ((function)&0xffff)
#define MUST_BE_ZERO 0x00ff0000u

enum owner { /* DEN0028 table 6-1 */
	OWNER_ARCH = 0,
	OWNER_SIP = 2, /* maker of the chip */
	OWNER_OEM = 3,
	OWNER_STANDARD = 4,
	OWNER_TRUSTED_FIRST = 48, /* trusted applications, trusted OS */
};

/* Yielding calls, of the trusted OS; lower numbers are older conventions' (DEN0028 table 6-1). */
#define YIELDING_FIRST 0x02000000u

/* Calls that continue the Non-secure world in another state or elsewhere: without EL2's control. */
#define ARM_STATE_SWITCH 0x82000020u	 /* TF-A's Arm SiP service */
#define MEDIATEK_KERNEL_BOOT 0x82000200u /* TF-A's MediaTek SiP service */

/* Standard calls by number, from 0x40 on: one word for 64 numbers. */
#define N(number) BIT((number)&63)
#define RANGE(first, last) ((N(last) - N(first)) | N(last))
static const uint64_t standard[2][3] = {
	{
		N(0x40) | N(0x41)	    /* MM_VERSION, MM_COMMUNICATE (DEN0060) */
			| RANGE(0x50, 0x53) /* TRNG (DEN0098) */
			/* FF-A (DEN0077A): VERSION, FEATURES, RX_RELEASE; RXTX_UNMAP,
			 * PARTITION_INFO_GET, ID_GET; RUN; MSG_SEND_DIRECT_REQ; MEM_RECLAIM;
			 * NOTIFICATION_BITMAP_CREATE to NOTIFICATION_INFO_GET; SPM_ID_GET,
			 * MSG_SEND2; CONSOLE_LOG. MEM_* and RXTX_MAP would give the Secure world
			 * memory that a cell may get or has. */
			| RANGE(0x63, 0x65) | RANGE(0x67, 0x69) | N(0x6d) | N(0x6f) | N(0x77) |
			RANGE(0x7d, 0x7f),
		RANGE(0x80, 0x83) | N(0x85) | N(0x86) | N(0x8a),
		RANGE(0xf0, 0xf2), /* firmware's errata mitigations (DEN0100) */
	},
	{ /* 64-bit arguments: MM_COMMUNICATE, TRNG_RND, MSG_SEND_DIRECT_REQ,
	   * NOTIFICATION_INFO_GET, CONSOLE_LOG, PARTITION_INFO_GET_REGS, MSG_SEND_DIRECT_REQ2 */
	  N(0x41) | N(0x53) | N(0x6f), N(0x83) | N(0x8a) | N(0x8b) | N(0x8d), 0 },
};

static bool is_standard(uint32_t function)
{
	uint32_t word = NUMBER(function) / 64 - 1;

	return word < 3 && standard[!!(function & WIDE)][word] & N(function);
}

/* SOC_ID and FEATURE_AVAILABILITY. */
bool smccc_is_arch(uint32_t function)
{
	uint32_t narrow = function & ~(uint32_t)WIDE;

	return narrow == SMCCC_ARCH_SOC_ID || narrow == SMCCC_ARCH_FEATURE_AVAILABILITY;
}

/* Calls of vendors and of the trusted OS; the config may keep them from root. */
static bool is_vendors(uint32_t function)
{
	uint32_t narrow = function & ~(uint32_t)WIDE;
	uint32_t denied = system_config->flags;

	switch (OWNER(function)) {
	case OWNER_SIP:
		return !(denied & BH_SYSTEM_NO_SIP) && narrow != ARM_STATE_SWITCH &&
		       narrow != MEDIATEK_KERNEL_BOOT;
	case OWNER_OEM:
		return !(denied & BH_SYSTEM_NO_OEM);
	default:
		return !(denied & BH_SYSTEM_NO_TRUSTED_OS) &&
		       (!(function & FAST) || OWNER(function) >= OWNER_TRUSTED_FIRST);
	}
}

bool smccc_may_pass(uint32_t function)
{
	if (!(function & FAST))
		return function >= YIELDING_FIRST && is_vendors(function);
	if (function & MUST_BE_ZERO)
		return false;
	switch (OWNER(function)) {
	case OWNER_ARCH:
		return smccc_is_arch(function);
	case OWNER_STANDARD:
		return is_standard(function);
	default:
		return is_vendors(function);
	}
}
