/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_REBOOT_H
#define SHIM_REBOOT_H

struct notifier_block;
int register_reboot_notifier(struct notifier_block *block);
int unregister_reboot_notifier(struct notifier_block *block);

#endif
