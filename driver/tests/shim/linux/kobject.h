/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_KOBJECT_H
#define SHIM_KOBJECT_H

struct kobject {
	char *name;
	int references;
};

static inline void kobject_get(struct kobject *object)
{
	object->references++;
}

static inline void kobject_put(struct kobject *object)
{
	object->references--;
}

#endif
