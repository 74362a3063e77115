// SPDX-License-Identifier: GPL-2.0
/*
 * A TCG plugin that counts executed instructions per vCPU by virtual address.
 *
 *   -plugin count.so,out=FILE,range=0xA-0xB[+0xC-0xD]...[,range=...][,mark=0xA]...
 *
 * range  counts the instructions from A up to, but not including, B; a range may
 *        consist of several pieces (at most 1024 ranges)
 * mark   writes a report before the instruction at this address executes (at most
 *        64; an address may be given once)
 * more   a file with more options, one a line
 * out    the file for reports; each is a line of JSON:
 *
 *   {"mark": "0xA" or "exit", "vcpu": N, "counts": [[range 0 of vCPU 0, ...], ...]}
 *
 * Counts only grow; the difference of two reports is the count between them. Reports of
 * all vCPUs are exact only if vCPUs take turns (-accel tcg,thread=single); the counts of
 * the reporting vCPU always are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu-plugin.h"

#define MAX_RANGES 1024
#define MAX_MARKS 64
#define MAX_VCPUS 64

struct piece {
	uint64_t begin;
	uint64_t end;
	size_t range; /* the index of its range */
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_INTERFACE;

static struct piece *pieces;
static size_t num_pieces;
static uint64_t lowest = UINT64_MAX, highest; /* bounds of all pieces */
static size_t num_ranges;
static uint64_t marks[MAX_MARKS];
static size_t num_marks;
static uint64_t counts[MAX_VCPUS][MAX_RANGES];
static unsigned int num_vcpus;
static FILE *out;

static void report(const char *mark, unsigned int vcpu)
{
	flockfile(out);
	fprintf(out, "{\"mark\": \"%s\", \"vcpu\": %u, \"counts\": [", mark, vcpu);
	for (unsigned int v = 0; v < num_vcpus; v++) {
		fprintf(out, "%s[", v ? ", " : "");
		for (size_t r = 0; r < num_ranges; r++)
			fprintf(out, "%s%" PRIu64, r ? ", " : "", counts[v][r]);
		fputc(']', out);
	}
	fputs("]}\n", out);
	fflush(out);
	funlockfile(out);
}

static void note_vcpu(unsigned int vcpu)
{
	if (vcpu >= MAX_VCPUS) {
		fprintf(stderr, "count: vCPU %u is more than %d\n", vcpu, MAX_VCPUS - 1);
		exit(1);
	}
	if (vcpu >= num_vcpus)
		num_vcpus = vcpu + 1;
}

static void on_new_vcpu(qemu_plugin_id_t id, unsigned int vcpu)
{
	(void)id;
	note_vcpu(vcpu);
}

static void on_counted(unsigned int vcpu, void *data)
{
	counts[vcpu][(uintptr_t)data]++;
}

static void on_mark(unsigned int vcpu, void *data)
{
	char name[24];

	snprintf(name, sizeof(name), "0x%" PRIx64, *(uint64_t *)data);
	report(name, vcpu);
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	report("exit", 0);
	fclose(out);
}

static void instrument(struct qemu_plugin_insn *insn)
{
	uint64_t address = qemu_plugin_insn_vaddr(insn);

	/* A report does not count the mark's own instruction: its callback is registered first. */
	for (size_t i = 0; i < num_marks; i++) {
		if (address == marks[i])
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark,
							       QEMU_PLUGIN_CB_NO_REGS, &marks[i]);
	}
	if (address < lowest || address >= highest)
		return;
	for (size_t i = 0; i < num_pieces; i++) {
		if (address >= pieces[i].begin && address < pieces[i].end)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_counted,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)(uintptr_t)pieces[i].range);
	}
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++)
		instrument(qemu_plugin_tb_get_insn(tb, i));
}

static bool add_piece(uint64_t begin, uint64_t end)
{
	struct piece *more;

	if (end <= begin)
		return false;
	more = realloc(pieces, (num_pieces + 1) * sizeof(*pieces));
	if (!more)
		return false;
	pieces = more;
	pieces[num_pieces++] = (struct piece){ begin, end, num_ranges };
	lowest = begin < lowest ? begin : lowest;
	highest = end > highest ? end : highest;
	return true;
}

static bool parse_range(const char *value)
{
	char *rest = (char *)value;

	if (num_ranges == MAX_RANGES)
		return false;
	do {
		uint64_t begin, end;

		begin = strtoull(rest + (*rest == '+'), &rest, 0);
		if (*rest != '-')
			return false;
		end = strtoull(rest + 1, &rest, 0);
		if (!add_piece(begin, end))
			return false;
	} while (*rest == '+');
	num_ranges++;
	return !*rest;
}

static bool parse_mark(const char *value)
{
	char *end;

	if (num_marks == MAX_MARKS)
		return false;
	marks[num_marks++] = strtoull(value, &end, 0);
	return end != value && !*end;
}

static bool parse_out(const char *path)
{
	if (out)
		return false;
	out = fopen(path, "w");
	return out != NULL;
}

static bool parse(const char *argument);

static bool parse_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	bool ok = file;

	while (ok && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		ok = parse(line);
	}
	free(line);
	if (file)
		fclose(file);
	return ok;
}

static bool parse(const char *argument)
{
	if (!strncmp(argument, "more=", 5))
		return parse_file(argument + 5);
	if (!strncmp(argument, "range=", 6))
		return parse_range(argument + 6);
	if (!strncmp(argument, "mark=", 5))
		return parse_mark(argument + 5);
	if (!strncmp(argument, "out=", 4))
		return parse_out(argument + 4);
	return false;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_start *info,
					   int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!parse(argv[i])) {
			fprintf(stderr, "count: cannot use '%s'\n", argv[i]);
			return 1;
		}
	}
	if (!out || !num_ranges) {
		fprintf(stderr, "count: needs out=FILE and at least one range=A-B\n");
		return 1;
	}
	qemu_plugin_register_vcpu_init_cb(id, on_new_vcpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
