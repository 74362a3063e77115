// SPDX-License-Identifier: GPL-2.0
/* Windows onto guests' memory, in tables that all CPUs may walk and cache at any time. */
#include "test.h"
#include <arch/fake.h>
#include <string.h>
#include "fake/model.h"

static paddr_t page(unsigned n)
{
	return FAKE_RAM + n * PAGE_SIZE;
}

static void start(void)
{
	fake_cpu_alone();
}

TEST(windows_show_what_they_were_opened_for)
{
	start();
	for (unsigned n = 0; n < 1000; n++) {
		CHECK(fake_window(0, page(n)) == fake_ram(page(n)));
		CHECK(fake_window(1, page(n + 7)) == fake_ram(page(n + 7)));
		fake_window_close(n % 2);
		fake_window_close(1 - n % 2);
		fake_walkers_check();
	}
}

TEST(a_closed_window_shows_nothing)
{
	start();
	for (unsigned n = 0; n < 100; n++) {
		fake_window(0, page(n));
		CHECK(fake_window_is_open(0));
		fake_window_close(0);
		CHECK(!fake_window_is_open(0));
	}
}

TEST(wiped_and_copied_through_windows)
{
	start();
	memset(fake_ram(page(1)), 7, 2 * PAGE_SIZE);
	arch_copy(page(3), page(1), 2 * PAGE_SIZE);
	arch_wipe(page(1), PAGE_SIZE);
	CHECK_EQ(*(uint64_t *)fake_ram(page(1)), 0);
	CHECK_EQ(*(uint64_t *)fake_ram(page(2)), 0x0707070707070707);
	CHECK_EQ(*(uint64_t *)fake_ram(page(4)), 0x0707070707070707);
	fake_check_clean(fake_ram(page(3)), 2 * PAGE_SIZE);
	CHECK(!fake_window_is_open(0) && !fake_window_is_open(1));
	fake_walkers_check();
}

/* What arm64's code did: a window onto one page was turned to the next one. */
static void turn(void *unused)
{
	(void)unused;
	fake_window(0, page(1));
	fake_window(0, page(2));
}

/* n: what misbehaves when the window is closed. */
static void close_badly(void *what)
{
	fake_window(0, page(1));
	fake_sabotage(*(enum fake_sabotage *)what, 1);
	fake_window_close(0);
	for (unsigned n = 2; n < 100; n++) {
		fake_window(0, page(n));
		fake_window_close(0);
	}
}

TEST(the_model_notices)
{
	enum fake_sabotage what[] = { FAKE_DROP_FLUSH, FAKE_KEEP_TLB, FAKE_NO_BREAK };

	start();
	CHECK_FAILS(turn, NULL, "without a break");
	CHECK_FAILS(close_badly, &what[0], "before the flush");
	CHECK_FAILS(close_badly, &what[1], "stale translation");
	CHECK_FAILS(close_badly, &what[2], "fake machine");
}
