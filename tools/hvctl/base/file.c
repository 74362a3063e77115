// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Returns the bytes read: fewer than size at the end of the file; -1: see errno. */
static ssize_t read_all(int fd, char *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, data + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += n;
	}
	return done;
}

static enum outcome not_regular(const char *path)
{
	say("%s is not a regular file", path);
	return OUTCOME_BAD_FILE;
}

static enum outcome read_open_file(struct file *file, int fd, const char *path, size_t limit)
{
	struct stat stat;
	ssize_t size;

	if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode))
		return not_regular(path);
	if ((uintmax_t)stat.st_size > limit) {
		say("%s has %ju bytes; at most %zu are possible", path, (uintmax_t)stat.st_size,
		    limit);
		return OUTCOME_BAD_FILE;
	}
	file->data = malloc(stat.st_size + 1);
	if (!file->data) {
		say("no memory for the %ju bytes of %s", (uintmax_t)stat.st_size, path);
		return OUTCOME_BAD_FILE;
	}
	size = read_all(fd, file->data, stat.st_size);
	if (size < 0) {
		say("cannot read %s: %s", path, strerror(errno));
		file_free(file);
		return OUTCOME_BAD_FILE;
	}
	file->size = size;
	((char *)file->data)[size] = '\0';
	return OUTCOME_OK;
}

enum outcome file_read(struct file *file, const char *path, size_t limit)
{
	struct stat found;
	enum outcome outcome;
	int fd;

	memset(file, 0, sizeof(*file));
	if (stat(path, &found) == 0 && !S_ISREG(found.st_mode))
		return not_regular(path); /* opening a device can have effects */
	/* If it was replaced since: opening a FIFO must not wait for a writer. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		say("cannot open %s: %s", path, strerror(errno));
		return OUTCOME_BAD_FILE;
	}
	outcome = read_open_file(file, fd, path, limit);
	close(fd);
	return outcome;
}

void file_free(struct file *file)
{
	free(file->data);
	memset(file, 0, sizeof(*file));
}
