// SPDX-License-Identifier: GPL-2.0
/* The input chooses changes of a page table, which are compared with the reference. */
#include "fuzz.h"
#include "pt_model.h"
#include <string.h>

#define CHANGES_MAX 24u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pt_model m;
	static bool ready;

	if (!ready)
		fake_memory_init();
	ready = true;
	pt_model_init(&m, size & 1);
	for (unsigned i = 0; i < CHANGES_MAX && size >= 3; i++, data += 3, size -= 3) {
		uint32_t choice = 0;

		memcpy(&choice, data, 3);
		pt_model_choose(&m, choice);
	}
	pt_model_exit(&m);
	return 0;
}
