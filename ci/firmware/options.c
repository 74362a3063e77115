// SPDX-License-Identifier: GPL-2.0
/* The firmware's switches. */
#include "bytes.h"
#include "console.h"
#include "fw_cfg.h"
#include "options.h"

#define FILE_NAME "opt/bulkhead/firmware"

/* Arrays, not pointers: the image is not relocated. */
static const char names[OPT_COUNT][16] = {
	[OPT_FIQ] = "fiq=",	    [OPT_DS] = "ds=",
	[OPT_SGIS] = "sgis=",	    [OPT_SPI] = "spi=",
	[OPT_SPIS] = "spis=",	    [OPT_GROUP1S] = "group1s=",
	[OPT_GARBAGE] = "garbage=", [OPT_E2H] = "e2h=",
	[OPT_APR] = "apr=",	    [OPT_DENY_OFF] = "deny-off=",
	[OPT_SLOW_ON] = "slow-on=", [OPT_SLOW_OFF] = "slow-off=",
	[OPT_CLOBBER] = "clobber=", [OPT_WORKAROUNDS] = "workarounds=",
	[OPT_TRAP] = "trap=",
};

static uint64_t values[OPT_COUNT];

static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Parses a number; returns what follows it, or NULL. */
static const char *parse_number(const char *text, uint64_t *number)
{
	unsigned int base = text_begins(text, "0x") ? 16 : 10;

	if (base == 16)
		text += 2;
	if (digit(*text) >= base)
		return 0;
	for (*number = 0; digit(*text) < base; text++)
		*number = *number * base + digit(*text);
	return *text && *text != ' ' ? 0 : text;
}

static const char *parse_word(const char *text)
{
	for (unsigned int i = 0; i < OPT_COUNT; i++)
		if (text_begins(text, names[i]))
			return parse_number(text + text_length(names[i]), &values[i]);
	return 0;
}

void options_read(void)
{
	char text[512];
	const char *next = text;

	if (!fw_cfg_file(FILE_NAME, text, sizeof(text)))
		return;
	while (next && *next)
		next = *next == ' ' ? next + 1 : parse_word(next);
	say(text, 0);
	if (!next)
		give_up("unknown switch", 0);
}

uint64_t option(enum option which)
{
	return values[which];
}
