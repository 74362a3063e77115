// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "device/backend.h"
#include "fake.h"
#include "sample.h"
#include "test.h"

struct fake fake;

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.console = "";
	fake.input_room = sizeof(fake.input);
	fake.arch = BH_ARCH_ARM64;
	fake.clock_hz = 1000;
}

/* Reads /sys/bus/pci/devices/NAME/FILE of the fake. */
static void read_function(const char *path, char *text, size_t size)
{
	text[0] = '\0';
	for (unsigned int i = 0; i < 4 && fake.functions[i].name; i++) {
		if (!strstr(path, fake.functions[i].name))
			continue;
		if (strstr(path, "/resource"))
			snprintf(text, size, "%s", fake.functions[i].resource);
		else if (fake.functions[i].config)
			memcpy(text, fake.functions[i].config, 256);
	}
}

/* Reads /sys/bus/pnp/devices/00:NN/FILE of the fake. */
static void read_pnp(const char *path, char *text, size_t size)
{
	const char *name = strstr(path, "/00:"), *found = NULL;
	unsigned long number = strtoul(name + 4, NULL, 16);

	if (number < 4)
		found = strstr(path, "/id") ? fake.pnp[number].id : fake.pnp[number].resources;
	snprintf(text, size, "%s", found ? found : "");
}

void backend_kernel_text(const char *path, char *text, size_t size)
{
	const char *found = strstr(path, "lockdown")	  ? fake.lockdown
			    : strstr(path, "clocksource") ? fake.clocksource
			    : strstr(path, "smis")	  ? fake.smis
							  : fake.sig_enforce;

	if (strstr(path, "/pci/")) {
		read_function(path, text, size);
		return;
	}
	if (strstr(path, "/pnp/")) {
		read_pnp(path, text, size);
		return;
	}
	snprintf(text, size, "%s", found ? found : "");
}

uint16_t backend_arch(void)
{
	return fake.arch;
}

void fake_enable_sample(void)
{
	struct sample sample;

	fake_reset();
	sample_make(&sample);
	memcpy(fake.blob, sample.data, sample.size);
	fake.blob_size = sample.size;
	fake.state = BH_DRIVER_ENABLED;
}

uint32_t fake_add_cell(const char *name, enum bh_cell_state state)
{
	uint32_t id = 1;
	struct bh_cell_status *status;

	while (fake.cells[id].status.state)
		id++;
	status = &fake.cells[id].status;
	status->id = id;
	status->state = state;
	snprintf(status->name, sizeof(status->name), "%s", name);
	status->cpus = 0x8;
	status->console_phys = 0xbfd00000;
	status->irq_mode = BH_IRQ_DIRECT;
	status->memory_bytes = 65536;
	return id;
}

static int refuse(struct bh_ioc_header *header, uint32_t code, uint32_t field, uint64_t value)
{
	header->refusal = (struct bh_refusal){
		.code = code, .field = field, .owner = BH_OWNER_NONE, .value = value
	};
	return -EPERM;
}

/* Returns the cell, or NULL and fills in a refusal. */
static struct fake_cell *find(struct bh_ioc_header *header, uint32_t id)
{
	if (id && id < BH_MAX_CELLS && fake.cells[id].status.state)
		return &fake.cells[id];
	refuse(header, BH_E_NO_CELL, BH_F_CELL_ID, id);
	return NULL;
}

static int do_info(struct bh_ioc_info *info)
{
	uint32_t id;

	info->state = fake.state;
	info->cells = 0;
	for (id = 0; id < BH_MAX_CELLS; id++)
		info->cells |= (uint32_t)(fake.cells[id].status.state != 0) << id;
	if (fake.state == BH_DRIVER_DISABLED)
		return 0;
	strcpy(info->system, "demo");
	info->hyp_phys = 0xbfc00000;
	info->hyp_size = 4 << 20;
	info->n_cpus = SAMPLE_CPUS;
	info->blob_size = (uint32_t)fake.blob_size;
	info->memory = (struct bh_memory_status){ 65536, 45056, 900, 12 };
	info->clock_hz = fake.clock_hz;
	return 0;
}

static int do_create(struct bh_ioc_cell_create *create)
{
	const struct bh_cell_part *part = (const void *)(uintptr_t)create->part;

	if (part->header.size != create->part_size)
		return refuse(&create->header, BH_E_SIZE, BH_F_HEADER, create->part_size);
	fake.create_flags = create->flags;
	create->id = fake_add_cell(part->name, BH_STATE_CREATED);
	fake.cells[create->id].status.cpus = part->cpus;
	return 0;
}

static int do_load(struct bh_ioc_cell_load *load)
{
	struct fake_cell *cell = find(&load->header, load->id);

	if (!cell)
		return -EPERM;
	if (cell->status.state == BH_STATE_RUNNING)
		return refuse(&load->header, BH_E_STATE, BH_F_STATE, BH_STATE_RUNNING);
	if (load->size > FAKE_LOADED_MAX)
		return refuse(&load->header, BH_D_OUTSIDE, 0, load->guest + FAKE_LOADED_MAX);
	cell->loaded_at = load->guest;
	cell->loaded_size = load->size;
	memcpy(cell->loaded, (const void *)(uintptr_t)load->data, load->size);
	return 0;
}

static int do_start(struct bh_ioc_cell_start *start)
{
	struct fake_cell *cell = find(&start->header, start->id);

	if (!cell)
		return -EPERM;
	if (cell->status.state == BH_STATE_RUNNING)
		return refuse(&start->header, BH_E_STATE, BH_F_STATE, BH_STATE_RUNNING);
	cell->status.state = BH_STATE_RUNNING;
	cell->status.starts++;
	memcpy(cell->args, start->args, sizeof(cell->args));
	return 0;
}

static int do_shutdown(struct bh_ioc_cell_shutdown *request)
{
	struct fake_cell *cell = find(&request->header, request->id);

	if (!cell)
		return -EPERM;
	fake.shutdown = *request;
	cell->status.state = BH_STATE_SHUT_DOWN;
	if (fake.stops_before)
		return refuse(&request->header, BH_E_STATE, BH_F_STATE, BH_STATE_SHUT_DOWN);
	cell->status.failure.reason = request->force ? BH_STOP_FORCED : BH_STOP_REQUESTED;
	return 0;
}

static int do_destroy(struct bh_ioc_cell *request)
{
	struct fake_cell *cell = find(&request->header, request->id);

	if (!cell)
		return -EPERM;
	if (cell->status.state == BH_STATE_RUNNING)
		return refuse(&request->header, BH_E_STATE, BH_F_STATE, BH_STATE_RUNNING);
	memset(cell, 0, sizeof(*cell));
	return 0;
}

static int do_status(struct bh_ioc_cell_status *request)
{
	struct fake_cell *cell = find(&request->header, request->id);

	if (!cell)
		return -EPERM;
	request->status = cell->status;
	return 0;
}

static int do_console_read(struct bh_ioc_console *request)
{
	size_t length = strlen(fake.console), left;

	if (!find(&request->header, request->id))
		return -EPERM;
	left = request->position < length ? length - request->position : 0;
	if (request->size > left)
		request->size = left;
	memcpy((void *)(uintptr_t)request->data, fake.console + request->position, request->size);
	request->position += request->size;
	request->lost = fake.lost;
	return 0;
}

static int do_console_write(struct bh_ioc_console *request)
{
	size_t used = strlen(fake.input);

	if (!find(&request->header, request->id))
		return -EPERM;
	if (request->size > fake.input_room)
		request->size = fake.input_room;
	memcpy(fake.input + used, (const void *)(uintptr_t)request->data, request->size);
	return 0;
}

static int do_log(struct bh_ioc_log *request)
{
	uint32_t left = fake.n_messages - request->position;

	if (request->count > left)
		request->count = left;
	memcpy((void *)(uintptr_t)request->messages, fake.messages + request->position,
	       request->count * sizeof(struct bh_message));
	request->position += request->count;
	return 0;
}

static int do_stats(struct bh_ioc_stats *request)
{
	memset(request->exits, 0, sizeof(request->exits));
	request->exits[BH_EXIT_TOTAL] = 100 + request->cpu;
	request->exits[BH_EXIT_PSCI] = request->cpu;
	if (fake.exits) {
		request->exits[BH_EXIT_TOTAL] = *fake.exits++;
		if (!*fake.exits)
			raise(SIGINT);
	}
	return 0;
}

static int do_check(struct bh_ioc_check *request)
{
	const struct bh_ioc_header header = request->header;

	fake.check_blob_size = request->blob_size;
	*request = fake.check;
	request->header = header;
	return 0;
}

static int do_enable(struct bh_ioc_enable *request)
{
	if (fake.state != BH_DRIVER_DISABLED)
		return refuse(&request->header, BH_D_ENABLED, 0, 0);
	memcpy(fake.blob, (const void *)(uintptr_t)request->blob, request->blob_size);
	fake.blob_size = request->blob_size;
	fake.state = BH_DRIVER_ENABLED;
	return 0;
}

static int do_plain(struct bh_ioc_plain *request, uint32_t state)
{
	if (fake.state == BH_DRIVER_DISABLED)
		return refuse(&request->header, BH_D_NOT_ENABLED, 0, 0);
	fake.state = state;
	return 0;
}

static int do_config(struct bh_ioc_config *request)
{
	if (fake.state == BH_DRIVER_DISABLED)
		return refuse(&request->header, BH_D_NOT_ENABLED, 0, 0);
	memcpy((void *)(uintptr_t)request->blob, fake.blob, fake.blob_size);
	request->blob_size = fake.blob_size;
	return 0;
}

static int fail_once(struct bh_ioc_header *header)
{
	fake.fail_request = 0;
	if (fake.fail_errno)
		return -fake.fail_errno;
	header->refusal = fake.refusal;
	memcpy(header->name, fake.refusal_name, sizeof(header->name));
	return -EPERM;
}

int backend_open(const char *path)
{
	(void)path;
	return fake.open_error ? fake.open_error : 1000;
}

int backend_ioctl(int fd, unsigned long request, void *argument)
{
	struct bh_ioc_header *header = argument;

	(void)fd;
	if (header->size != _IOC_SIZE(request) || header->version != BH_ABI_VERSION)
		return -EINVAL;
	if (request == fake.fail_request)
		return fail_once(header);
	switch (request) {
	case BH_IOC_INFO:
		return do_info(argument);
	case BH_IOC_CHECK:
		return do_check(argument);
	case BH_IOC_ENABLE:
		return do_enable(argument);
	case BH_IOC_DISABLE:
		return do_plain(argument, BH_DRIVER_DISABLED);
	case BH_IOC_LOCK:
		return do_plain(argument, BH_DRIVER_LOCKED);
	case BH_IOC_CONFIG:
		return do_config(argument);
	case BH_IOC_CELL_CREATE:
		return do_create(argument);
	case BH_IOC_CELL_LOAD:
		return do_load(argument);
	case BH_IOC_CELL_START:
		return do_start(argument);
	case BH_IOC_CELL_SHUTDOWN:
		return do_shutdown(argument);
	case BH_IOC_CELL_DESTROY:
		return do_destroy(argument);
	case BH_IOC_CELL_STATUS:
		return do_status(argument);
	case BH_IOC_CONSOLE_READ:
		return do_console_read(argument);
	case BH_IOC_CONSOLE_WRITE:
		return do_console_write(argument);
	case BH_IOC_STATS:
		return do_stats(argument);
	case BH_IOC_LOG:
		return do_log(argument);
	case BH_IOC_EVENTS:
		return 0;
	}
	return -ENOTTY;
}

/* Raises SIGINT after fake.polls waits. */
uint64_t backend_counter(void)
{
	return 1;
}

int backend_poll(struct pollfd *fds, unsigned int n, int timeout_ms)
{
	struct termios terminal;
	unsigned int i;

	(void)timeout_ms;
	if (tcgetattr(STDIN_FILENO, &terminal) == 0)
		fake.raw_seen = !(terminal.c_lflag & (ICANON | ECHO | ISIG));
	for (i = 0; i < n; i++)
		fds[i].revents = 0;
	if (fake.polls == 0) {
		raise(SIGINT);
		return -EINTR;
	}
	fake.polls--;
	fds[0].revents = POLLIN;
	if (n > 1 && fake.input_ready)
		fds[1].revents = POLLIN;
	return 1;
}
