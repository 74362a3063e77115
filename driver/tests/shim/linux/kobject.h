/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_KOBJECT_H
#define SHIM_KOBJECT_H

struct kobject {
	char *name;
};

#endif
