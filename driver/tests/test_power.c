// SPDX-License-Identifier: GPL-2.0
/* What the module does when Linux is about to suspend. */
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>

#include "fake.h"
#include "test.h"

static struct notifier_block *power;

int register_reboot_notifier(struct notifier_block *block)
{
	return 0;
}

int unregister_reboot_notifier(struct notifier_block *block)
{
	return 0;
}

int register_pm_notifier(struct notifier_block *block)
{
	power = block;
	return 0;
}

int unregister_pm_notifier(struct notifier_block *block)
{
	power = NULL;
	return 0;
}

void bhd_stop_everything(void)
{
}

static int notify(unsigned long action)
{
	return power->notifier_call(power, action, NULL);
}

/* From the first notification until Linux is back, enable is refused. */
TEST(no_enable_during_suspend)
{
	static const unsigned long pairs[][2] = {
		{ PM_SUSPEND_PREPARE, PM_POST_SUSPEND },
		{ PM_HIBERNATION_PREPARE, PM_POST_HIBERNATION },
		{ PM_RESTORE_PREPARE, PM_POST_RESTORE },
	};
	size_t i;

	CHECK_EQ(bhd_power_init(), 0);
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		CHECK_EQ(notify(pairs[i][0]), NOTIFY_DONE);
		CHECK(bhd.suspending);
		CHECK_EQ(notify(pairs[i][1]), NOTIFY_DONE);
		CHECK(!bhd.suspending);
	}
	bhd.state = BH_DRIVER_ENABLED;
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		CHECK_EQ(notify(pairs[i][0]), NOTIFY_BAD);
		CHECK(!bhd.suspending);
	}
	bhd.state = BH_DRIVER_DISABLED;
	bhd_power_exit();
}
