// SPDX-License-Identifier: GPL-2.0
#include "cpu_record.h"
#include "backend.h"

const struct cpu_record *cpu_record(void)
{
	return backend_arch() == BH_ARCH_X86 ? &cpu_record_x86 : &cpu_record_arm64;
}
