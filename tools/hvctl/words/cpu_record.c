// SPDX-License-Identifier: GPL-2.0
#include "device/backend.h"
#include "words/cpu_record.h"

const struct cpu_record *cpu_record(void)
{
	return backend_arch() == BH_ARCH_X86 ? &cpu_record_x86 : &cpu_record_arm64;
}
