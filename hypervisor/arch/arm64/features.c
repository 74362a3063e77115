// SPDX-License-Identifier: GPL-2.0
/* What the ID registers of this CPU announce, and what of it cells see. */
#include <arch/el2.h>
#include <arch/sysreg.h>
#include <arch/sysregs.h>
#include <bulkhead/arm64_id.h>

#define BUFFER_CLOSED BIT(4)	 /* PMBIDR_EL1.P, TRBIDR_EL1.P: not for EL2 and below */
#define HDFGRTR_N_BRBCTL BIT(60) /* nBRBCTL: EL1 may access BRBCR_EL1 */
#define MPAMIDR_HAS_HCR BIT(17)
#define PMU_OTHER 0xf /* PMUVer of an implementation defined PMU (DDI 0487 D17.2.59) */

#define ID_ROW(m) #m "_0, " #m "_1, " #m "_2, " #m "_3, " #m "_4, " #m "_5, " #m "_6, " #m "_7"
#define ID_ROWS   \
	ID_ROW(1) \
	", " ID_ROW(2) ", " ID_ROW(3) ", " ID_ROW(4) ", " ID_ROW(5) ", " ID_ROW(6) ", " ID_ROW(7)

uint64_t __attribute__((noinline)) read_id(unsigned m, unsigned op2)
{
	return read_sysreg_n(S3_0_C0_C, ID_ROWS, , (m - 1) * 8 + op2);
}

#define ANNOUNCES(feature, m, op2, bit, least) { m, op2, bit, least },
static const struct {
	uint8_t m, op2, bit, least;
} announces[] = { FEATURES(ANNOUNCES) };

/* The bits of features that are announced but closed to EL2 or to Linux. */
static uint32_t closed(uint32_t has, uint64_t linux_cptr, uint64_t linux_hdfgrtr)
{
	uint32_t off = 0;

	if ((read_id(5, 0) >> 8 & 0xf) == PMU_OTHER)
		off |= FEATURE(pmu);
	if (has & FEATURE(spe) && read_sysreg(PMBIDR_EL1) & BUFFER_CLOSED)
		off |= FEATURE(spe);
	if (has & FEATURE(trbe) && read_sysreg(TRBIDR_EL1) & BUFFER_CLOSED)
		off |= FEATURE(trbe);
	if (!(linux_hdfgrtr & HDFGRTR_N_BRBCTL))
		off |= FEATURE(brbe);
	if (linux_cptr & CPTR_TZ)
		off |= FEATURE(sve);
	if (linux_cptr & CPTR_TSM)
		off |= FEATURE(sme);
	if (!(has & FEATURE(mpam)) || !(read_sysreg(MPAMIDR_EL1) & MPAMIDR_HAS_HCR))
		off |= FEATURE(mpam_hcr);
	return off;
}

uint32_t cpu_features(uint64_t linux_cptr, uint64_t linux_hdfgrtr)
{
	uint32_t has = FEATURE(always);

	for (unsigned i = 0; i < ARRAY_SIZE(announces); i++)
		if ((read_id(announces[i].m, announces[i].op2) >> announces[i].bit & 0xf) >=
		    announces[i].least)
			has |= 2u << i;
	if (has & FEATURE(mpam_frac))
		has |= FEATURE(mpam) | FEATURE(mpam_hcr);
	return has & ~closed(has, linux_cptr, linux_hdfgrtr);
}

/* The most that cells see of each ID register, by field; bit 3 of a field: it is signed. */
#define NUMBER(m, op2) (((m)-1) * 8 + (op2))
#define REG(m, op2, fields) [NUMBER(m, op2)] = 0 fields,
#define MOST(name, bit, max) | (uint64_t)(max) << (bit)
#define MOST_SIGNED(name, bit, max) | (8ull | (max)) << (bit)
#define HIDDEN(name, bit)
#define HIDE_ALL
static const uint64_t seen[] = { ARM64_ID_A32(REG, MOST, MOST, MOST_SIGNED, HIDDEN)
					 ARM64_ID_A64(REG, MOST, MOST, MOST_SIGNED, HIDDEN) };

uint64_t id_for_cells(unsigned m, unsigned op2)
{
	uint64_t most = m <= 7 && NUMBER(m, op2) < ARRAY_SIZE(seen) ? seen[NUMBER(m, op2)] : 0;
	uint64_t value = most ? read_id(m, op2) : 0, result = 0;

	for (unsigned bit = 0; bit < 64; bit += 4) {
		uint64_t limit = most >> bit & 0xf, found = value >> bit & 0xf;

		if (limit == 0xf || (limit & 8 && found == 0xf))
			result |= 0xfull << bit;
		else
			result |= MIN(found, limit & 7) << bit;
	}
	return result;
}
