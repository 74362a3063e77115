/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to the module through /dev/bulkhead, or the device that $HVCTL_DEVICE names. */
#ifndef HVCTL_DEVICE_DEVICE_H
#define HVCTL_DEVICE_DEVICE_H

#include <bulkhead/ioctl.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "base/say.h"

/*
 * Makes one request. argument: a struct of ioctl.h; its header is filled in here. Opens the
 * device on first use. Prints a message on failure, except for OUTCOME_REFUSED: then the header
 * has the reason.
 */
enum outcome device_try(unsigned long request, void *argument);

enum device_event {
	DEVICE_EVENT = 1 << 0, /* a cell changed, or a console or the log has output */
	DEVICE_INPUT = 1 << 1, /* input_fd is readable */
	DEVICE_TIMEOUT = 1 << 2,
	DEVICE_SIGNAL = 1 << 3, /* a signal arrived */
	DEVICE_ERROR = 1 << 4,
};

/*
 * Waits for an event since device_forget_events(), or for input. input_fd -1: none. Returns a mask
 * of enum device_event.
 */
unsigned int device_wait(int input_fd, int timeout_ms);

void device_close(void);

#endif
