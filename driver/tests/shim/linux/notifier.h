/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_NOTIFIER_H
#define SHIM_NOTIFIER_H

#define NOTIFY_DONE 0
#define NOTIFY_BAD 0x8002

struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long action, void *data);
};

#endif
