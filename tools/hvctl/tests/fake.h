/* SPDX-License-Identifier: GPL-2.0 */
/* A module that only keeps books, in place of backend.c. */
#ifndef HVCTL_FAKE_H
#define HVCTL_FAKE_H

#include <bulkhead/ioctl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define FAKE_LOADED_MAX 16384u

struct fake_cell {
	struct bh_cell_status status; /* state 0: there is none of this id */
	char args[BH_ARGS_SIZE];      /* of the last start */
	uint64_t loaded_at;
	size_t loaded_size;
	char loaded[FAKE_LOADED_MAX];
};

struct fake {
	uint16_t arch;
	const char *lockdown, *sig_enforce, *clocksource, *smis; /* files; NULL: not there */
	struct {
		const char *name, *resource;
		const uint8_t *config; /* 256 bytes, or NULL */
	} functions[4];		       /* of PCI, as 00:06.0, and their files */
	struct {
		const char *id, *resources; /* files; NULL: not there */
	} pnp[4];			    /* 00:00 and those that follow */
	uint64_t clock_hz;
	int open_error; /* -errno, or 0 */
	uint32_t state; /* enum bh_driver_state */
	unsigned char blob[65536];
	size_t blob_size;
	struct fake_cell cells[BH_MAX_CELLS];

	/* The request with this number fails once: refused, or with an errno alone. */
	unsigned long fail_request;
	int fail_errno;
	struct bh_refusal refusal;
	char refusal_name[64];

	struct bh_ioc_check check; /* what BH_IOC_CHECK gives */
	uint64_t check_blob_size;  /* of the last one */
	const char *console;	   /* history of every cell's console */
	char input[512];	   /* what was written to one */
	size_t input_room;	   /* taken at one time */
	struct bh_message messages[8];
	unsigned int n_messages;
	unsigned int polls;    /* so many waits until SIGINT arrives */
	bool input_ready;      /* poll() says that there is input */
	bool raw_seen;	       /* at a poll(), the terminal passed every key on */
	uint32_t lost;	       /* of consoles */
	const uint64_t *exits; /* what each look at statistics gives as total; with the last
				  but 0, Ctrl-C arrives */
	uint32_t create_flags;
	struct bh_ioc_cell_shutdown shutdown; /* the last one */
	bool stops_before;		      /* a cell that is to be shut down stops by itself */
};

extern struct fake fake;

/* As after insmod. */
void fake_reset(void);

/* Enabled with the sample config. */
void fake_enable_sample(void);

/* A cell of the sample, in some state; its id. */
uint32_t fake_add_cell(const char *name, enum bh_cell_state state);

/* Runs hvctl with these words (NULL-terminated); its exit code. Output: see below. */
int run_hvctl(const char *word, ...) __attribute__((sentinel));
extern char *run_stdout, *run_stderr;
#define RUN(...) run_hvctl(__VA_ARGS__, NULL)

/* A file with these bytes in a temporary directory; the name is valid until the next call. */
const char *temporary_file(const void *data, size_t size);

#endif
