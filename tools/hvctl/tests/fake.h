/* SPDX-License-Identifier: GPL-2.0 */
/* A fake module in place of backend.c: keeps state, changes no machine. */
#ifndef HVCTL_FAKE_H
#define HVCTL_FAKE_H

#include <bulkhead/ioctl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define FAKE_LOADED_MAX 16384u

struct fake_cell {
	struct bh_cell_status status; /* state 0: no cell has the id */
	char args[BH_ARGS_SIZE];      /* arguments of the last start */
	uint64_t loaded_at;
	size_t loaded_size;
	char loaded[FAKE_LOADED_MAX];
};

struct fake {
	uint16_t arch;
	const char *lockdown, *sig_enforce, *clocksource, *smis; /* files; NULL: missing */
	struct {
		const char *name, *resource;
		const uint8_t *config; /* configuration space: 256 bytes, or NULL */
	} functions[4];		       /* PCI functions with their files in sysfs */
	struct {
		const char *id, *resources; /* contents of files; NULL: missing */
	} pnp[4];			    /* PNP devices from 00:00 on */
	uint64_t clock_hz;
	int open_error; /* -errno, or 0 */
	uint32_t state; /* enum bh_driver_state */
	unsigned char blob[65536];
	size_t blob_size;
	struct fake_cell cells[BH_MAX_CELLS];

	/*
	 * The number of the request that fails once. It fails with the refusal, or only with the
	 * errno.
	 */
	unsigned long fail_request;
	int fail_errno;
	struct bh_refusal refusal;
	char refusal_name[64];

	struct bh_ioc_check check; /* the result of BH_IOC_CHECK */
	uint64_t check_blob_size;  /* size of the blob in the last BH_IOC_CHECK */
	const char *console;	   /* output of every cell's console */
	char input[512];	   /* input written to a console */
	size_t input_room;	   /* maximum of bytes that a console accepts at once */
	struct bh_message messages[8];
	unsigned int n_messages;
	unsigned int polls;    /* number of waits until SIGINT arrives */
	bool input_ready;      /* poll() reports input */
	bool raw_seen;	       /* the terminal was in raw mode during a poll() */
	uint32_t lost;	       /* bytes of console output that were lost */
	const uint64_t *exits; /* totals of successive BH_IOC_STATS, ended by 0; the last one
				  raises SIGINT */
	uint32_t create_flags;
	struct bh_ioc_cell_shutdown shutdown; /* the last request for a shutdown */
	bool stops_before;		      /* cells stop by themselves before a shutdown */
};

extern struct fake fake;

/* Sets the state after insmod. */
void fake_reset(void);

/* Enables the sample config. */
void fake_enable_sample(void);

/* Adds a cell of the sample in the state; returns its id. */
uint32_t fake_add_cell(const char *name, enum bh_cell_state state);

/* Runs hvctl with these arguments, ended by NULL. Returns the exit code. */
int run_hvctl(const char *word, ...) __attribute__((sentinel));
extern char *run_stdout, *run_stderr;
#define RUN(...) run_hvctl(__VA_ARGS__, NULL)

/* Creates a temporary file; its name is valid until the next call. */
const char *temporary_file(const void *data, size_t size);

#endif
