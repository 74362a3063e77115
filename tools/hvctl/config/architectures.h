/* SPDX-License-Identifier: GPL-2.0 */
/* The architectures that hvctl knows. */
#ifndef HVCTL_CONFIG_ARCHITECTURES_H
#define HVCTL_CONFIG_ARCHITECTURES_H

/*
 * X(name in identifiers and files, name in BH_ARCH_, utsname.machine). An architecture has
 * words/NAME.c (struct arch_words), linux/NAME.c (linux_prepare_NAME()) and its line here.
 */
#define ARCHITECTURES(X)           \
	X(arm64, ARM64, "aarch64") \
	X(x86, X86, "x86_64")

#endif
