// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmd/check_cpus.h"
#include "words/tables.h"

#define ARM 0x41u

static const struct {
	uint32_t part;
	const char *name;
} cores[] = {
#define CORE(part, name) { part, name },
	CORES(CORE)
};

#define HARM(number, words) [number] = words,
static const char *const harms[] = { HARMS(HARM) };

static const struct erratum {
	uint32_t part;
	uint32_t first, last; /* revisions, as 0xXY for rXpY */
	const char *number;
	uint32_t harm;
} errata[] = {
#define ERRATUM(part, first, last, number, harm) { part, first, last, number, harm },
	ERRATA(ERRATUM)
};

/* Fields of MIDR_EL1 (DDI 0487 D17.2.100). */
static uint32_t implementer(uint32_t midr)
{
	return midr >> 24;
}

static uint32_t part(uint32_t midr)
{
	return midr >> 4 & 0xfff;
}

static uint32_t revision(uint32_t midr)
{
	return (midr >> 16 & 0xf0) | (midr & 0xf);
}

static bool is_affected(uint32_t midr, const struct erratum *erratum)
{
	return implementer(midr) == ARM && part(midr) == erratum->part &&
	       revision(midr) >= erratum->first && revision(midr) <= erratum->last;
}

static void write_core(FILE *out, uint32_t midr)
{
	const char *name = NULL;
	unsigned int i;

	for (i = 0; i < COUNT(cores) && implementer(midr) == ARM; i++)
		if (cores[i].part == part(midr))
			name = cores[i].name;
	if (name)
		fputs(name, out);
	else
		fprintf(out, "core 0x%" PRIx32 " of implementer 0x%" PRIx32, part(midr),
			implementer(midr));
	fprintf(out, " r%" PRIu32 "p%" PRIu32, revision(midr) >> 4, revision(midr) & 0xf);
}

/* Returns the mask of the CPUs that are like entry i, or 0 if an earlier entry is like it. */
static uint64_t group_at(const struct bh_ioc_check *check, unsigned int i)
{
	uint64_t mask = 0;
	unsigned int j;

	for (j = 0; j < check->n_cpus; j++) {
		struct bh_cpu_facts other = check->cpus[j];
		uint32_t cpu = other.cpu;

		other.cpu = check->cpus[i].cpu;
		if (memcmp(&other, &check->cpus[i], sizeof(other)) || cpu >= BH_MAX_CPUS)
			continue;
		if (j < i)
			return 0;
		mask |= UINT64_C(1) << cpu;
	}
	return mask;
}

static void write_facts(FILE *out, uint64_t mask, const struct bh_cpu_facts *facts)
{
	fputs("CPUs ", out);
	write_cpus(out, mask);
	fputs(": ", out);
	write_core(out, facts->midr);
	fprintf(out,
		", %u-bit addresses, %u list registers, %u priority bits, %u event counters, "
		"%u-byte cache lines",
		facts->pa_bits, facts->list_registers, facts->priority_bits, facts->counters,
		facts->line_bytes);
	if (facts->flags & BH_FACT_FIQ_TAKEN)
		fputs(", FIQs taken by the firmware", out);
}

static void write_erratum(FILE *out, uint64_t mask, const struct bh_cpu_facts *facts,
			  const struct erratum *erratum)
{
	fputs("CPUs ", out);
	write_cpus(out, mask);
	fputs(", ", out);
	write_core(out, facts->midr);
	fprintf(out, ", erratum %s: %s", erratum->number, harms[erratum->harm]);
}

void write_check_cpus(const struct bh_ioc_check *check)
{
	unsigned int i, j;

	for (i = 0; i < check->n_cpus; i++) {
		const struct bh_cpu_facts *facts = &check->cpus[i];
		uint64_t mask = group_at(check, i);

		if (!mask)
			continue;
		fputs("found    ", stdout);
		write_facts(stdout, mask, facts);
		putchar('\n');
		for (j = 0; j < COUNT(errata); j++) {
			if (!is_affected(facts->midr, &errata[j]))
				continue;
			fputs("warning  ", stdout);
			write_erratum(stdout, mask, facts, &errata[j]);
			putchar('\n');
		}
	}
}

static void json_kind(struct json *json, uint64_t mask, const struct bh_cpu_facts *facts)
{
	char *core = WRITTEN(out, write_core(out, facts->midr));

	json_object(json, NULL);
	json_mask(json, "numbers", mask);
	json_string(json, "core", core ? core : "");
	json_hex(json, "midr", facts->midr);
	json_number(json, "pa_bits", facts->pa_bits);
	json_number(json, "list_registers", facts->list_registers);
	json_number(json, "priority_bits", facts->priority_bits);
	json_number(json, "counters", facts->counters);
	json_number(json, "line_bytes", facts->line_bytes);
	json_bool(json, "fiq_taken", facts->flags & BH_FACT_FIQ_TAKEN);
	json_end_object(json);
	free(core);
}

static void json_warnings_of(struct json *json, uint64_t mask, const struct bh_cpu_facts *facts)
{
	unsigned int i;

	for (i = 0; i < COUNT(errata); i++) {
		char *words;

		if (!is_affected(facts->midr, &errata[i]))
			continue;
		words = WRITTEN(out, write_erratum(out, mask, facts, &errata[i]));
		json_string(json, NULL, words ? words : "");
		free(words);
	}
}

void json_check_cpus(struct json *json, const struct bh_ioc_check *check)
{
	unsigned int i;
	uint64_t mask;

	json_array(json, "cpus");
	for (i = 0; i < check->n_cpus; i++) {
		mask = group_at(check, i);
		if (mask)
			json_kind(json, mask, &check->cpus[i]);
	}
	json_end_array(json);
	json_array(json, "warnings");
	for (i = 0; i < check->n_cpus; i++) {
		mask = group_at(check, i);
		if (mask)
			json_warnings_of(json, mask, &check->cpus[i]);
	}
	json_end_array(json);
}
