// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/backend.h"
#include "device/device.h"

#define DEVICE_PATH "/dev/bulkhead"

static int device_fd = -1;

static const char *device_path(void)
{
	const char *path = getenv("HVCTL_DEVICE");

	return path && *path ? path : DEVICE_PATH;
}

/* Explains why the kernel would refuse to load the module, if it would. */
static void say_module_restrictions(void)
{
	char text[128];
	size_t length;
	char *mode;

	backend_kernel_text("/sys/kernel/security/lockdown", text, sizeof(text));
	mode = strchr(text,
		      '['); /* brackets mark the active mode: none [integrity] confidentiality */
	length = mode ? strcspn(++mode, "]") : 0;
	if (length && strncmp(mode, "none", length)) {
		say("Linux is locked down (%.*s) and loads only modules with a signature that it "
		    "knows",
		    (int)length, mode);
	} else {
		backend_kernel_text("/sys/module/module/parameters/sig_enforce", text,
				    sizeof(text));
		if (text[0] != 'Y')
			return;
		say("Linux loads only modules with a signature that it knows (module.sig_enforce)");
	}
	say("what to do: sign the module with a key that this machine knows (dkms does it after "
	    "mokutil --import), or boot without Secure Boot, lockdown= and module.sig_enforce");
}

static enum outcome device_open(void)
{
	if (device_fd >= 0)
		return OUTCOME_OK;
	device_fd = backend_open(device_path());
	if (device_fd >= 0)
		return OUTCOME_OK;
	switch (-device_fd) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		say("there is no %s: load the module first (modprobe bulkhead)", device_path());
		say_module_restrictions();
		break;
	case EPERM:
	case EACCES:
		say("no permission to open %s: this needs root (CAP_SYS_ADMIN)", device_path());
		break;
	default:
		say("cannot open %s: %s", device_path(), strerror(-device_fd));
	}
	return OUTCOME_NO_DEVICE;
}

/* Explains an errno of a request that has no refusal. */
static enum outcome device_failed(int error, const struct bh_ioc_header *header)
{
	switch (error) {
	case EINTR:
		say("interrupted");
		return OUTCOME_INTERRUPTED;
	case EPERM:
		say("no permission: this needs root (CAP_SYS_ADMIN)");
		break;
	case EINVAL:
		if (header->version != BH_ABI_VERSION)
			say("the module has ABI version %u.%u, this hvctl has %u.%u: they are from "
			    "different releases",
			    header->version >> 16, header->version & 0xffff, BH_ABI_MAJOR,
			    BH_ABI_MINOR);
		else
			say("the module does not accept requests of ABI version %u.%u: it is from "
			    "another release than this hvctl",
			    BH_ABI_MAJOR, BH_ABI_MINOR);
		break;
	case ENOTTY:
		say("%s is not Bulkhead's device, or is from another release", device_path());
		break;
	default:
		say("a request to %s failed: %s", device_path(), strerror(error));
	}
	return OUTCOME_NO_DEVICE;
}

enum outcome device_try(unsigned long request, void *argument)
{
	struct bh_ioc_header *header = argument;
	enum outcome outcome = device_open();
	int error;

	if (outcome != OUTCOME_OK)
		return outcome;
	memset(header, 0, sizeof(*header));
	header->size = _IOC_SIZE(request);
	header->version = BH_ABI_VERSION;
	error = -backend_ioctl(device_fd, request, argument);
	if (error == 0)
		return OUTCOME_OK;
	header->name[sizeof(header->name) - 1] = '\0';
	if (error == EPERM && header->refusal.code != BH_OK)
		return OUTCOME_REFUSED;
	return device_failed(error, header);
}

unsigned int device_wait(int input_fd, int timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = device_fd, .events = POLLIN },
		{ .fd = input_fd, .events = POLLIN },
	};
	int ready = backend_poll(fds, input_fd < 0 ? 1 : 2, timeout_ms);
	unsigned int events = 0;

	if (ready == -EINTR)
		return DEVICE_SIGNAL;
	if (ready < 0 || fds[0].revents & (POLLERR | POLLNVAL))
		return DEVICE_ERROR;
	if (ready == 0)
		return DEVICE_TIMEOUT;
	if (fds[0].revents)
		events |= DEVICE_EVENT;
	if (fds[1].revents)
		events |= DEVICE_INPUT;
	return events;
}

void device_close(void)
{
	if (device_fd >= 0)
		close(device_fd);
	device_fd = -1;
}
