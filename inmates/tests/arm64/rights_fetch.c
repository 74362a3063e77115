// SPDX-License-Identifier: GPL-2.0
#include "exception.h"
#include "probe.h"
#include "rights.h"

bool rights_fetch_is_refused(uint64_t address)
{
	return probe_fetch(address) && esr_class(probe_fault()->syndrome) == EC_FETCH;
}
