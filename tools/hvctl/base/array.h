/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HVCTL_BASE_ARRAY_H
#define HVCTL_BASE_ARRAY_H

/* Number of elements. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
