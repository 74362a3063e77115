// SPDX-License-Identifier: GPL-2.0
/*
 * Raw requests to /dev/bulkhead, also invalid ones.
 *
 * raw create FILE [AT=HEX]...    creates a cell from the cell part FILE, with the bytes
 *                                HEX at offset AT; a request for each patch; a created
 *                                cell is destroyed
 * raw enable FILE [AT=HEX]...    the same with a whole blob, which is disabled again
 * raw check FILE                 checks a blob
 * raw load ID SIZE GUEST         loads SIZE bytes to guest address GUEST
 * raw start|shutdown|destroy ID
 * raw header SIZE VERSION        the header of a status request
 * raw number N                   the ioctl number N, without a size
 *
 * Prints "errno E code C field F index I value V owner O name N".
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bulkhead/ioctl.h>

static union {
	struct bh_ioc_header header;
	struct bh_ioc_check check;
	struct bh_ioc_enable enable;
	struct bh_ioc_cell_create create;
	struct bh_ioc_cell_load load;
	struct bh_ioc_cell_start start;
	struct bh_ioc_cell_shutdown shutdown;
	struct bh_ioc_cell cell;
	struct bh_ioc_info info;
} request;

static char content[1 << 20];

static size_t read_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, content, sizeof(content));

	if (n < 0) {
		fprintf(stderr, "raw: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	close(fd);
	return n;
}

static int send_raw(unsigned long number)
{
	const struct bh_refusal *why = &request.header.refusal;
	int fd = open("/dev/bulkhead", O_RDWR);
	int error;

	if (fd < 0) {
		perror("raw: /dev/bulkhead");
		return 2;
	}
	error = ioctl(fd, number, &request) ? errno : 0;
	printf("errno %d code %u field %u index %u value %#" PRIx64 " owner %#x name %.64s\n",
	       error, why->code, why->field, why->index, why->value, (unsigned int)why->owner,
	       request.header.name);
	return !!error;
}

static int with_version(unsigned long number)
{
	request.header.size = _IOC_SIZE(number);
	request.header.version = BH_ABI_VERSION;
	return send_raw(number);
}

static void undo(unsigned long number)
{
	uint32_t id = request.create.id;

	memset(&request, 0, sizeof(request));
	request.cell.id = id;
	with_version(number);
}

static int of_content(const char *what, size_t size)
{
	memset(&request, 0, sizeof(request));
	if (!strcmp(what, "create")) {
		request.create.part = (uintptr_t)content;
		request.create.part_size = size;
		if (with_version(BH_IOC_CELL_CREATE))
			return 1;
		undo(BH_IOC_CELL_DESTROY);
		return 0;
	}
	if (!strcmp(what, "check")) {
		request.check.blob = (uintptr_t)content;
		request.check.blob_size = size;
		return with_version(BH_IOC_CHECK);
	}
	request.enable.blob = (uintptr_t)content;
	request.enable.blob_size = size;
	if (with_version(BH_IOC_ENABLE))
		return 1;
	undo(BH_IOC_DISABLE);
	return 0;
}

/* "AT=HEX" */
static void patch(const char *text)
{
	char *hex;
	unsigned int byte;
	size_t at = strtoul(text, &hex, 0);

	for (hex++; at < sizeof(content) && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		content[at++] = (char)byte;
}

static int of_file(const char *what, const char *path, char **patches)
{
	size_t size = read_file(path);
	int result = 0;

	if (!*patches)
		return of_content(what, size);
	for (; *patches; patches++) {
		size = read_file(path);
		patch(*patches);
		result |= of_content(what, size);
	}
	return result;
}

static int of_cell(const char *what, uint32_t id, char **more)
{
	request.cell.id = id;
	if (!strcmp(what, "start"))
		return with_version(BH_IOC_CELL_START);
	if (!strcmp(what, "shutdown"))
		return with_version(BH_IOC_CELL_SHUTDOWN);
	if (!strcmp(what, "destroy"))
		return with_version(BH_IOC_CELL_DESTROY);
	request.load.data = (uintptr_t)content;
	request.load.size = strtoull(more[0], NULL, 0);
	request.load.guest = strtoull(more[1], NULL, 0);
	return with_version(BH_IOC_CELL_LOAD);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "create") || !strcmp(what, "enable") || !strcmp(what, "check"))
		return of_file(what, argv[2], argv + 3);
	if (!strcmp(what, "start") || !strcmp(what, "shutdown") || !strcmp(what, "destroy") ||
	    (!strcmp(what, "load") && argc == 5))
		return of_cell(what, strtoul(argv[2], NULL, 0), argv + 3);
	if (!strcmp(what, "header") && argc == 4) {
		request.header.size = strtoul(argv[2], NULL, 0);
		request.header.version = strtoul(argv[3], NULL, 0);
		return send_raw(BH_IOC_INFO);
	}
	if (!strcmp(what, "number"))
		return send_raw(_IO(BH_IOC_TYPE, strtoul(argv[2], NULL, 0)));
	fputs("raw: see its source\n", stderr);
	return 2;
}
