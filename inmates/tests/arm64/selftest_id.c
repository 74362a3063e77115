// SPDX-License-Identifier: GPL-2.0
/* What the cell sees of the CPU: the listed ID fields, and debug registers that do little. */
#include "cpu.h"
#include "insn.h"
#include "probe.h"
#include "selftest.h"
#include "selftest_state.h"
#include "sysreg.h"
#include <bulkhead/arm64_id.h>

/* The fields that cells may see, by register S3_0_C0_C<m>_<op2>. */
#define FIELDS(m, op2, fields) [m][op2] = 0 fields,
#define SEEN(name, bit, max) | 0xfull << (bit)
#define HIDDEN(name, bit)
#define HIDE_ALL
static const uint64_t seen[8][8] = { ARM64_ID_A32(FIELDS, SEEN, SEEN, SEEN, HIDDEN)
					     ARM64_ID_A64(FIELDS, SEEN, SEEN, SEEN, HIDDEN) };

/* No ID register shows a field that isn't in the list of bulkhead/arm64_id.h. */
void selftest_id_list(void)
{
	unsigned int bad = 0;

	for (uint32_t m = 1; m < 8; m++)
		for (uint32_t op2 = 0; op2 < 8; op2++) {
			uint64_t regs[PROBE_REGS] = { 0 };

			if (probe_instruction(INSN_MRS(3, 0, 0, m, op2), regs) ||
			    regs[0] & ~seen[m][op2]) {
				bad++;
				detail("S3_0_C0_C%u_%u is 0x%lx", m, op2, regs[0]);
			}
		}
	report(!bad, "id-list", "%u registers with fields of no cell", bad);
	expect("id-aidr", sysreg_read(aidr_el1), 0);
}

#define MDSCR_SS (1u << 0)
#define MDSCR_MDE (1u << 15)
#define MDSCR_ALL (1u << 0 | 1u << 12 | 1u << 13 | 1u << 15) /* SS, TDCC, KDE, MDE */

/* The register ignores writes and reads as zero, or the CPU lacks it. */
static void expect_silent(const char *name, uint32_t mrs, uint32_t msr)
{
	uint64_t regs[PROBE_REGS] = { ~0ull };
	bool fault = probe_instruction(msr, regs);

	isb();
	regs[0] = 0;
	fault = probe_instruction(mrs, regs) || fault;
	report(fault || !regs[0], name, fault ? "absent" : "0x%lx", regs[0]);
}

#define SILENT(name, op0, op1, crn, crm, op2)                           \
	expect_silent("debug-" name, INSN_MRS(op0, op1, crn, crm, op2), \
		      INSN_MSR(op0, op1, crn, crm, op2))

/* With the OS lock held, MDSCR_EL1 would let an external debugger's halts in (HDE). */
void selftest_debug(void)
{
	sysreg_write(oslar_el1, 1);
	isb();
	expect("debug-lock", sysreg_read(oslsr_el1) >> 1 & 1, 1);
	sysreg_write(mdscr_el1, ~0ull & ~(uint64_t)(MDSCR_SS | MDSCR_MDE));
	isb();
	expect("debug-mdscr", sysreg_read(mdscr_el1), MDSCR_ALL & ~(MDSCR_SS | MDSCR_MDE));
	sysreg_write(mdscr_el1, 0);
	SILENT("dbgbvr0", 2, 0, 0, 0, 4);
	SILENT("dbgbcr0", 2, 0, 0, 0, 5);
	SILENT("dbgwvr0", 2, 0, 0, 0, 6);
	SILENT("dbgwcr0", 2, 0, 0, 0, 7);
	SILENT("mdccint", 2, 0, 0, 2, 0);
	SILENT("osdtrtx", 2, 0, 0, 3, 2);
	SILENT("dbgdtr", 2, 3, 0, 4, 0);
	SILENT("oseccr", 2, 0, 0, 6, 2);
	SILENT("osdlr", 2, 0, 1, 3, 4);
	SILENT("dbgprcr", 2, 0, 1, 4, 4);
	SILENT("dbgclaimset", 2, 0, 7, 8, 6);
}
