// SPDX-License-Identifier: GPL-2.0
/*
 * hvctl's words: of each line "code field index owner value" on stdin the sentence and the
 * advice, of each line "syndrome" the words of ESR_EL2. Arguments: a config, or "" and none; a
 * cell of it, or "".
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/blob.h"
#include "device/backend.h"
#include "device/cell_status.h"
#include "words/esr.h"
#include "words/refusal.h"

uint16_t backend_arch(void)
{
	return ARCH;
}

/* No module: the names of owners are unknown. */
bool cell_name(uint32_t id, char name[BH_NAME_SIZE])
{
	(void)id;
	(void)name;
	return false;
}

static uint64_t content[8192];

static size_t read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(content, 1, sizeof(content), file) : 0;

	if (file)
		fclose(file);
	return size;
}

int main(int argc, char **argv)
{
	struct refusal_context context = { 0 };
	struct blob_error error;
	struct bh_refusal r;
	static struct blob blob;
	uint64_t n[5];
	char line[256];

	if (argc > 1 && argv[1][0]) {
		if (!blob_parse(&blob, content, read_file(argv[1]), &error))
			return 1;
		context.blob = &blob;
		context.part = blob_find(&blob, argv[2]);
		context.cell = context.part ? context.part->name : NULL;
	}
	while (fgets(line, sizeof(line), stdin)) {
		int found = sscanf(line, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
				   &n[0], &n[1], &n[2], &n[3], &n[4]);

		if (found == 5) {
			r = (struct bh_refusal){ n[0], n[1], n[2], n[3], n[4] };
			refusal_write(stdout, &r, "", &context);
			putchar('\n');
			refusal_write_advice(stdout, &r, "", &context);
		} else {
			write_esr(stdout, n[0]);
		}
		putchar('\n');
	}
	return 0;
}
