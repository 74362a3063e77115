/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_MINMAX_H
#define SHIM_MINMAX_H

#include <linux/types.h>

#define min_t(type, a, b) min((type)(a), (type)(b))

#endif
