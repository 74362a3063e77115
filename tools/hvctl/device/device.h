/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to the module through /dev/bulkhead (or $HVCTL_DEVICE). */
#ifndef HVCTL_DEVICE_DEVICE_H
#define HVCTL_DEVICE_DEVICE_H

#include <bulkhead/ioctl.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "base/say.h"

/*
 * Makes one request. argument: a struct of ioctl.h; its header is filled in here. Opens the
 * device on first use. Where the request fails, says why; OUTCOME_REFUSED: says nothing, the
 * header has the reason.
 */
enum outcome device_try(unsigned long request, void *argument);

enum device_event {
	DEVICE_EVENT = 1 << 0, /* the module has news */
	DEVICE_INPUT = 1 << 1, /* input_fd has */
	DEVICE_TIMEOUT = 1 << 2,
	DEVICE_SIGNAL = 1 << 3, /* a signal arrived */
	DEVICE_ERROR = 1 << 4,
};

/* Waits for news since device_forget_events(). input_fd -1: none. Returns a mask of device_event. */
unsigned int device_wait(int input_fd, int timeout_ms);

/* Closes the device. */
void device_close(void);

#endif
