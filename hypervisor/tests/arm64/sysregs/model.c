// SPDX-License-Identifier: GPL-2.0
#include "model.h"
#include <stdio.h>
#include <string.h>

#define MAX_REGISTERS 400u

static struct reg {
	char name[32];
	uint64_t value;
	bool touched, written;
	unsigned at;
} regs[MAX_REGISTERS];
static unsigned count, writes, synchronized, drained;
static uint64_t seed;

/* DDI 0487 D24: registers by encoding, and the field that announces them. */
const struct announced model_announced[] = {
	{ "S3_4_C14_C3_1", 7, 1, 8, 1 },  /* CNTHV_CTL_EL2: FEAT_VHE */
	{ "S3_4_C1_C2_2", 7, 1, 40, 1 },  /* HCRX_EL2: FEAT_HCX */
	{ "S3_4_C1_C1_4", 7, 0, 56, 1 },  /* HFGRTR_EL2: FEAT_FGT */
	{ "S3_4_C1_C1_5", 7, 0, 56, 1 },  /* HFGWTR_EL2 */
	{ "S3_4_C1_C1_6", 7, 0, 56, 1 },  /* HFGITR_EL2 */
	{ "S3_4_C3_C1_4", 7, 0, 56, 1 },  /* HDFGRTR_EL2 */
	{ "S3_4_C3_C1_5", 7, 0, 56, 1 },  /* HDFGWTR_EL2 */
	{ "S3_4_C3_C1_6", 4, 0, 44, 1 },  /* HAFGRTR_EL2: FEAT_AMUv1, and FEAT_FGT */
	{ "S3_4_C3_C1_2", 7, 0, 56, 2 },  /* HFGRTR2_EL2: FEAT_FGT2 */
	{ "S3_4_C3_C1_3", 7, 0, 56, 2 },  /* HFGWTR2_EL2 */
	{ "S3_4_C3_C1_7", 7, 0, 56, 2 },  /* HFGITR2_EL2 */
	{ "S3_4_C3_C1_0", 7, 0, 56, 2 },  /* HDFGRTR2_EL2 */
	{ "S3_4_C3_C1_1", 7, 0, 56, 2 },  /* HDFGWTR2_EL2 */
	{ "S3_4_C10_C5_0", 4, 0, 40, 1 }, /* MPAM2_EL2: FEAT_MPAM */
	{ "S3_0_C10_C5_0", 4, 0, 40, 1 }, /* MPAM1_EL1 */
	{ "S3_0_C10_C5_1", 4, 0, 40, 1 }, /* MPAM0_EL1 */
	{ "S3_0_C10_C4_4", 4, 0, 40, 1 }, /* MPAMIDR_EL1 */
	{ "S3_4_C10_C4_0", 4, 0, 40, 1 }, /* MPAMHCR_EL2, and MPAMIDR_EL1.HAS_HCR */
	{ "S3_0_C9_C10_7", 5, 0, 32, 1 }, /* PMBIDR_EL1: FEAT_SPE */
	{ "S3_4_C9_C9_0", 5, 0, 32, 1 },  /* PMSCR_EL2 */
	{ "S3_0_C9_C9_0", 5, 0, 32, 1 },  /* PMSCR_EL1 */
	{ "S3_0_C9_C10_0", 5, 0, 32, 1 }, /* PMBLIMITR_EL1 */
	{ "S3_0_C9_C11_7", 5, 0, 44, 1 }, /* TRBIDR_EL1: FEAT_TRBE */
	{ "S3_0_C9_C11_0", 5, 0, 44, 1 }, /* TRBLIMITR_EL1 */
	{ "S3_4_C1_C2_1", 5, 0, 44, 1 },  /* TRFCR_EL2: FEAT_TRF, which TRBE needs */
	{ "S3_0_C1_C2_1", 5, 0, 44, 1 },  /* TRFCR_EL1 */
	{ "S2_4_C9_C0_0", 5, 0, 52, 1 },  /* BRBCR_EL2: FEAT_BRBE */
	{ "S2_1_C9_C0_0", 5, 0, 52, 1 },  /* BRBCR_EL1 */
	{ "S3_4_C12_C1_1", 4, 0, 28, 1 }, /* VDISR_EL2: FEAT_RAS */
	{ "S3_4_C5_C2_3", 4, 0, 28, 1 },  /* VSESR_EL2 */
	{ "S3_0_C12_C1_1", 4, 0, 28, 1 },
	/* DISR_EL1 */ { "S3_4_C1_C2_0", 4, 0, 32, 1 }, /* ZCR_EL2: FEAT_SVE */
	{ "S3_4_C1_C2_6", 4, 1, 24, 1 },		/* SMCR_EL2: FEAT_SME */
	{ "S3_0_C1_C2_4", 4, 1, 24, 1 },		/* SMPRI_EL1 */
	{ "S3_3_C13_C0_5", 4, 1, 24, 1 },		/* TPIDR2_EL0 */
	{ "pmcr_el0", 5, 0, 8, 1 },			/* FEAT_PMUv3 */
	{ "pmcntenclr_el0", 5, 0, 8, 1 },
	{ "pmselr_el0", 5, 0, 8, 1 },
};
const unsigned model_announced_count = sizeof(model_announced) / sizeof(model_announced[0]);

static uint64_t garbage(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return seed ^ seed >> 29;
}

static struct reg *find(const char *name)
{
	for (unsigned i = 0; i < count; i++)
		if (!strcmp(regs[i].name, name))
			return &regs[i];
	CHECK(count < MAX_REGISTERS);
	snprintf(regs[count].name, sizeof(regs[0].name), "%s", name);
	regs[count].value = garbage();
	return &regs[count++];
}

static const char *id_name(unsigned m, unsigned op2)
{
	static char name[32];

	snprintf(name, sizeof(name), "S3_0_C0_C%u_%u", m, op2);
	return name;
}

/* The ID registers that code reads by name, as encodings. */
static const char *canonical(const char *name)
{
	static const char *const names[][2] = {
		{ "id_aa64dfr0_el1", "S3_0_C0_C5_0" },
		{ "id_aa64isar1_el1", "S3_0_C0_C6_1" },
		{ "id_aa64pfr0_el1", "S3_0_C0_C4_0" },
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i][0]))
			return names[i][1];
	return name;
}

static uint64_t id_field(unsigned m, unsigned op2, unsigned bit)
{
	return find(id_name(m, op2))->value >> bit & 0xf;
}

bool model_is_announced(const struct announced *a)
{
	uint64_t value = id_field(a->m, a->op2, a->bit);

	if (!strcmp(a->name, "S3_4_C3_C1_6") && !id_field(7, 0, 56))
		return false;
	if (!strcmp(a->name, "S3_4_C10_C4_0") && !(find("S3_0_C10_C4_4")->value >> 17 & 1))
		return false;
	if (a->bit == 8 && value == 0xf) /* PMUVer: not PMUv3 */
		return false;
	if (a->bit == 40 && a->m == 4 && id_field(4, 1, 16)) /* MPAM 0.1 */
		return true;
	return value >= a->least;
}

/* What the firmware or another control keeps from EL2. */
static bool is_closed(const char *name)
{
	static const char *const buffers[][2] = {
		{ "S3_4_C9_C9_0", "S3_0_C9_C10_7" },  { "S3_0_C9_C9_0", "S3_0_C9_C10_7" },
		{ "S3_0_C9_C10_0", "S3_0_C9_C10_7" }, { "S3_0_C9_C11_0", "S3_0_C9_C11_7" },
		{ "S3_4_C1_C2_1", "S3_0_C9_C11_7" },  { "S3_0_C1_C2_1", "S3_0_C9_C11_7" },
	};

	for (unsigned i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
		if (!strcmp(name, buffers[i][0]))
			return find(buffers[i][1])->value >> 4 & 1;
	if (!strcmp(name, "S3_4_C1_C2_0")) /* ZCR_EL2: CPTR_EL2.TZ, synchronized */
		return find("cptr_el2")->value >> 8 & 1 || find("cptr_el2")->at > synchronized;
	if (!strcmp(name, "S3_4_C1_C2_6")) /* SMCR_EL2: CPTR_EL2.TSM */
		return find("cptr_el2")->value >> 12 & 1 || find("cptr_el2")->at > synchronized;
	return false;
}

static struct reg *access(const char *name)
{
	name = canonical(name);
	for (unsigned i = 0; i < model_announced_count; i++)
		if (!strcmp(name, model_announced[i].name) &&
		    !model_is_announced(&model_announced[i])) {
			printf("%s is not announced\n", name);
			test_fail(__FILE__, __LINE__, "access to an absent register");
		}
	if (is_closed(name)) {
		printf("%s is closed\n", name);
		test_fail(__FILE__, __LINE__, "access to a closed register");
	}
	find(name)->touched = true;
	return find(name);
}

uint64_t model_read(const char *name)
{
	return access(name)->value;
}

void model_write(const char *name, uint64_t value)
{
	struct reg *reg = access(name);

	reg->value = value;
	reg->written = true;
	reg->at = ++writes;
}

void model_clear(const char *names)
{
	char list[1024], *rest = NULL;

	snprintf(list, sizeof(list), "%s", names);
	for (char *n = strtok_r(list, ", ", &rest); n; n = strtok_r(NULL, ", ", &rest))
		model_write(n, 0);
}

void model_clear_points(const char *kind, unsigned last)
{
	char name[32];

	for (unsigned i = 0; i <= last; i++) {
		snprintf(name, sizeof(name), "dbg%scr%u_el1", kind, i);
		model_write(name, 0);
	}
}

const char *model_name(const char *prefix, const char *numbers, const char *suffix, unsigned n)
{
	static char name[32];
	char list[1024], *rest = NULL, *number;

	snprintf(list, sizeof(list), "%s", numbers);
	number = strtok_r(list, ", ", &rest);
	while (n--)
		number = strtok_r(NULL, ", ", &rest);
	snprintf(name, sizeof(name), "%s%s%s", prefix, number, suffix);
	return name;
}

void model_isb(void)
{
	synchronized = writes;
}

void model_drain(void)
{
	drained = writes;
}

/* Profiling and trace stop, then their buffers are written, then the buffers are taken away. */
static void check_drained(const char *limit, const char *control)
{
	if (find(limit)->written)
		CHECK(find(control)->at <= drained && drained < find(limit)->at);
}

void model_check_buffers(void)
{
	check_drained("S3_0_C9_C10_0", "S3_0_C9_C9_0");
	check_drained("S3_0_C9_C11_0", "S3_0_C1_C2_1");
}

void model_power_on(uint64_t new_seed)
{
	count = writes = synchronized = 0;
	memset(regs, 0, sizeof(regs));
	seed = new_seed;
	for (unsigned m = 1; m < 8; m++)
		for (unsigned op2 = 0; op2 < 8; op2++)
			find(id_name(m, op2))->value = 0;
	model_announce(5, 0, 0, 6);
	model_announce(5, 0, 12, 5);
	model_announce(5, 0, 20, 3);
}

void model_lose_state(void)
{
	static const char *const kept[] = { "S3_0_C9_C10_7", "S3_0_C9_C11_7", "S3_0_C10_C4_4" };

	for (unsigned i = 0; i < count; i++) {
		struct reg *reg = &regs[i];
		bool id = !strncmp(reg->name, "S3_0_C0_C", 9);

		for (unsigned k = 0; k < sizeof(kept) / sizeof(kept[0]); k++)
			id |= !strcmp(reg->name, kept[k]);
		if (!id)
			reg->value = garbage();
		reg->touched = reg->written = false;
		reg->at = 0;
	}
	writes = synchronized = 0;
}

void model_set(const char *name, uint64_t value)
{
	find(canonical(name))->value = value;
}

void model_announce(unsigned m, unsigned op2, unsigned bit, unsigned value)
{
	uint64_t *id = &find(id_name(m, op2))->value;

	*id = (*id & ~(0xfull << bit)) | (uint64_t)value << bit;
}

bool model_touched(const char *name)
{
	return find(name)->touched;
}

bool model_written(const char *name)
{
	return find(name)->written;
}

uint64_t model_value(const char *name)
{
	return find(name)->value;
}
