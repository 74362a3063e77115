/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's isalnum() accepts Latin-1 letters, so callers must test isascii(), too. */
#ifndef SHIM_CTYPE_H
#define SHIM_CTYPE_H

#define isascii(c) ((unsigned char)(c) < 0x80)
#define isalnum(c) shim_isalnum((unsigned char)(c))

static inline int shim_isalnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c >= 0xc0;
}

#endif
