// SPDX-License-Identifier: GPL-2.0
/* Reset of extended state (AMD64 APM volume 2, 11.5). */
#include <arch/asm.h>
#include <arch/cpu.h>

#define XCR0_X87 1u

/* An XSAVE area, legacy area and header, whose header marks each component as in its initial state.
 * XRSTOR loads MXCSR from memory nonetheless, FXRSTOR also FCW (APM 4). Every use stores the same
 * two values, so that the area is in .bss and takes no space in the image. */
static struct {
	uint16_t fcw;
	uint16_t pad[11];
	uint32_t mxcsr, mxcsr_mask;
	uint8_t registers[480];
	uint8_t header[64];
} initial __attribute__((aligned(64)));

static void reset_extended(void)
{
	struct cpuid all = cpuid(0xd, 0);

	if (cpuid(0xd, 1).a & 8) /* XSAVES is present, so there may be supervisor components */
		wrmsr(MSR_XSS, 0);
	xsetbv_safe((uint64_t)all.d << 32 | all.a);
	asm volatile("xrstor64 %0" : : "m"(initial), "a"(~0u), "d"(~0u));
	xsetbv_safe(XCR0_X87);
}

void fpu_reset(void)
{
	initial.fcw = 0x37f;
	initial.mxcsr = 0x1f80;
	write_cr(0, read_cr(0) & ~(BIT(2) | BIT(3))); /* EM, TS */
	write_cr(4, read_cr(4) | CR4_OSFXSR);
	asm volatile("fxrstor64 %0" : : "m"(initial));
	if (!(cpuid(1, 0).c & BIT(26)))
		return;
	write_cr(4, read_cr(4) | CR4_OSXSAVE);
	reset_extended();
}
