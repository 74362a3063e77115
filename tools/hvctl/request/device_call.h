/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to the module whose refusals are explained on stderr. */
#ifndef HVCTL_REQUEST_DEVICE_CALL_H
#define HVCTL_REQUEST_DEVICE_CALL_H

#include "device/device.h"
#include "words/refusal.h"

/* device_try(); a refusal is explained with what `context` (may be NULL) knows. */
enum outcome device_call(unsigned long request, void *argument,
			 const struct refusal_context *context);

/* Explains a refusal on stderr; returns the outcome for its code. */
enum outcome device_explain(const struct bh_ioc_header *header,
			    const struct refusal_context *context);

/* Drops earlier events: device_wait() only reports those after this call. */
enum outcome device_forget_events(void);

#endif
