/* SPDX-License-Identifier: GPL-2.0 */
/* Exit codes and messages on stderr. */
#ifndef HVCTL_BASE_SAY_H
#define HVCTL_BASE_SAY_H

/* Exit codes of hvctl; hvctl(8) lists them. */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_REFUSED = 1,	 /* the module or the hypervisor refused the request */
	OUTCOME_USAGE = 2,	 /* wrong command line */
	OUTCOME_NO_DEVICE = 3,	 /* no module, no permission, or another ABI version */
	OUTCOME_TIMED_OUT = 4,	 /* a cell or a CPU did not answer in time */
	OUTCOME_BAD_FILE = 5,	 /* a file can't be read or has the wrong content */
	OUTCOME_INTERRUPTED = 6, /* a signal ended the wait */
};

/* Prints one sentence on stderr, with the prefix "hvctl: " and a newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
