// SPDX-License-Identifier: GPL-2.0
/* Shutdown and suspend of the machine. */

#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>

#include "driver.h"

/* Reboot, halt, power-off and kexec: ends all cells and the hypervisor first. */
static int on_reboot(struct notifier_block *block, unsigned long action, void *data)
{
	mutex_lock(&bhd.manage);
	bhd_stop_everything();
	mutex_unlock(&bhd.manage);
	return NOTIFY_DONE;
}

/*
 * Refuses to suspend while enabled: the CPUs would lose the hypervisor's state, and cells would
 * stop. bhd.manage makes it wait for an enable that runs; later ones see bhd.suspending.
 */
static int prepare_suspend(void)
{
	bool enabled;

	mutex_lock(&bhd.manage);
	enabled = bhd.state != BH_DRIVER_DISABLED;
	bhd.suspending = !enabled;
	mutex_unlock(&bhd.manage);
	if (!enabled)
		return NOTIFY_DONE;
	pr_warn(BHD_NAME ": no suspend while enabled: 'hvctl disable' first\n");
	return NOTIFY_BAD;
}

static int on_power(struct notifier_block *block, unsigned long action, void *data)
{
	switch (action) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		return prepare_suspend();
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		mutex_lock(&bhd.manage);
		bhd.suspending = false;
		mutex_unlock(&bhd.manage);
	}
	return NOTIFY_DONE;
}

static struct notifier_block reboot_block = { .notifier_call = on_reboot };
static struct notifier_block power_block = { .notifier_call = on_power };

int bhd_power_init(void)
{
	int error = register_reboot_notifier(&reboot_block);

	if (error)
		return error;
	error = register_pm_notifier(&power_block);
	if (error)
		unregister_reboot_notifier(&reboot_block);
	return error;
}

void bhd_power_exit(void)
{
	unregister_pm_notifier(&power_block);
	unregister_reboot_notifier(&reboot_block);
}
