// SPDX-License-Identifier: GPL-2.0
#include "request/device_call.h"

enum outcome device_explain(const struct bh_ioc_header *header,
			    const struct refusal_context *context)
{
	refusal_say(&header->refusal, header->name, context);
	switch (header->refusal.code) {
	case BH_D_TIMEOUT:
	case BH_E_CPU_LOST:
		return OUTCOME_TIMED_OUT;
	case BH_D_INTERRUPTED:
		return OUTCOME_INTERRUPTED;
	}
	return OUTCOME_REFUSED;
}

enum outcome device_call(unsigned long request, void *argument,
			 const struct refusal_context *context)
{
	enum outcome outcome = device_try(request, argument);

	if (outcome == OUTCOME_REFUSED)
		return device_explain(argument, context);
	return outcome;
}

enum outcome device_forget_events(void)
{
	struct bh_ioc_events events = { 0 };

	return device_call(BH_IOC_EVENTS, &events, NULL);
}
