// SPDX-License-Identifier: GPL-2.0
/* hvctl cell stats: exits by reason. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/signals.h"
#include "cmd/command.h"
#include "request/cells.h"
#include "request/device_call.h"
#include "words/names.h"

#define WATCH_MS 1000

struct sample {
	unsigned int n_cpus;
	unsigned int cpus[BH_MAX_CPUS];
	uint64_t exits[BH_MAX_CPUS][BH_STATS_SLOTS];
};

static enum outcome take_sample(struct sample *sample, uint64_t cpus)
{
	struct bh_ioc_stats ioc;
	enum outcome outcome;
	unsigned int cpu;

	sample->n_cpus = 0;
	for (cpu = 0; cpu < BH_MAX_CPUS; cpu++) {
		if (!(cpus >> cpu & 1))
			continue;
		memset(&ioc, 0, sizeof(ioc));
		ioc.cpu = cpu;
		outcome = device_call(BH_IOC_STATS, &ioc, NULL);
		if (outcome != OUTCOME_OK)
			return outcome;
		sample->cpus[sample->n_cpus] = cpu;
		memcpy(sample->exits[sample->n_cpus], ioc.exits, sizeof(ioc.exits));
		sample->n_cpus++;
	}
	return OUTCOME_OK;
}

/* Returns the index of a CPU in a sample; n_cpus: not in it. */
static unsigned int place_of(const struct sample *sample, unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < sample->n_cpus && sample->cpus[i] != cpu; i++)
		;
	return i;
}

/*
 * Subtracts an earlier sample. The counters of a CPU that was switched on meanwhile, or moved from
 * another cell, started at 0.
 */
static void subtract(struct sample *sample, const struct sample *before)
{
	unsigned int i, at, exit;

	for (i = 0; i < sample->n_cpus; i++) {
		at = place_of(before, sample->cpus[i]);
		if (at == before->n_cpus ||
		    sample->exits[i][BH_EXIT_TOTAL] < before->exits[at][BH_EXIT_TOTAL])
			continue;
		for (exit = 0; exit < BH_STATS_SLOTS; exit++)
			sample->exits[i][exit] -= before->exits[at][exit];
	}
}

static bool ever_counted(const struct sample *sample, unsigned int exit)
{
	unsigned int i;

	for (i = 0; i < sample->n_cpus; i++) {
		if (sample->exits[i][exit])
			return true;
	}
	return false;
}

static void write_table(const char *name, const struct sample *sample, bool difference)
{
	unsigned int i, exit;
	char title[96], cpu[16];

	snprintf(title, sizeof(title), "cell \"%s\": exits%s", name,
		 difference ? " in the last second" : " since it was switched on");
	printf("%-40s", title);
	for (i = 0; i < sample->n_cpus; i++) {
		snprintf(cpu, sizeof(cpu), "CPU %u", sample->cpus[i]);
		printf(" %12s", cpu);
	}
	putchar('\n');
	for (exit = 0; exit < BH_EXIT_COUNT; exit++) {
		if (exit != BH_EXIT_TOTAL && !ever_counted(sample, exit))
			continue;
		printf("  %-38s", exit_words(exit));
		for (i = 0; i < sample->n_cpus; i++)
			printf(" %12" PRIu64, sample->exits[i][exit]);
		putchar('\n');
	}
}

static void write_json(struct json *json, const char *name, const struct sample *sample)
{
	unsigned int i, exit;

	json_object(json, NULL);
	json_string(json, "cell", name);
	json_array(json, "cpus");
	for (i = 0; i < sample->n_cpus; i++) {
		json_object(json, NULL);
		json_number(json, "cpu", sample->cpus[i]);
		json_object(json, "exits");
		for (exit = 0; exit < BH_EXIT_COUNT; exit++)
			json_number(json, exit_key(exit), sample->exits[i][exit]);
		json_end_object(json);
		json_end_object(json);
	}
	json_end_array(json);
	json_end_object(json);
}

/* The root cell owns the CPUs that no other cell owns. */
static enum outcome root_status(struct bh_cell_status *root)
{
	struct bh_cell_status cells[BH_MAX_CELLS];
	struct bh_ioc_info info = { 0 };
	enum outcome outcome = device_call(BH_IOC_INFO, &info, NULL);
	unsigned int i, n;

	if (outcome == OUTCOME_OK)
		outcome = cells_all(cells, &n);
	if (outcome != OUTCOME_OK)
		return outcome;
	*root = (struct bh_cell_status){ .name = "root" };
	for (i = 0; i < info.n_cpus && i < BH_MAX_CPUS; i++)
		root->cpus |= 1ull << i;
	for (i = 0; i < n; i++)
		root->cpus &= ~cells[i].cpus;
	return OUTCOME_OK;
}

static enum outcome find(const char *name_or_id, struct bh_cell_status *status)
{
	if (strcmp(name_or_id, "root") == 0 || strcmp(name_or_id, "0") == 0)
		return root_status(status);
	return cell_find(name_or_id, status);
}

/* Prints a sample every second, until Ctrl-C or until the cell is destroyed. */
static enum outcome watch(const char *name_or_id, struct sample *before, struct json *json)
{
	struct bh_cell_status status;
	struct sample now, difference;
	enum outcome outcome;

	signals_catch();
	while (!signals_arrived() && !ferror(stdout)) {
		signals_sleep(WATCH_MS);
		if (signals_arrived())
			break;
		outcome = find(name_or_id, &status);
		if (outcome == OUTCOME_OK)
			outcome = take_sample(&now, status.cpus);
		if (outcome != OUTCOME_OK)
			return outcome;
		difference = now;
		subtract(&difference, before);
		*before = now;
		if (json)
			write_json(json, status.name, &difference);
		else
			write_table(status.name, &difference, true);
		fflush(stdout);
	}
	return OUTCOME_OK;
}

static enum outcome stats(const struct invocation *invocation)
{
	bool watching = option(invocation, "--watch");
	struct json writer = { .out = stdout, .lines = watching };
	struct json *json = option(invocation, "--json") ? &writer : NULL;
	struct bh_cell_status status;
	struct sample sample;
	enum outcome outcome = find(invocation->operands[0], &status);

	if (outcome == OUTCOME_OK)
		outcome = take_sample(&sample, status.cpus);
	if (outcome != OUTCOME_OK)
		return outcome;
	if (watching)
		return watch(invocation->operands[0], &sample, json);
	if (json)
		write_json(json, status.name, &sample);
	else
		write_table(status.name, &sample, false);
	return OUTCOME_OK;
}

const struct command command_cell_stats = {
	.name = "cell stats",
	.operands = "CELL",
	.summary = "show how often the cell's CPUs were in the hypervisor, and why",
	.help = "CELL may be \"root\" here. Counts belong to CPUs, and start again when a CPU is\n"
		"switched on.",
	.min_operands = 1,
	.max_operands = 1,
	.options = { { "--watch", NULL, "print what each second adds, until Ctrl-C or destroy" },
		     { "--json", NULL, "print a JSON object; with --watch, one a line" } },
	.run = stats,
};
