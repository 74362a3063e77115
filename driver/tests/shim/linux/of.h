/* SPDX-License-Identifier: GPL-2.0 */
/* Device trees: the test implements these. */
#ifndef SHIM_OF_H
#define SHIM_OF_H

#include "types.h"

struct device_node;
struct of_device_id {
	const char *compatible;
};

struct device_node *of_find_matching_node(struct device_node *from, const struct of_device_id *ids);
int of_device_is_compatible(const struct device_node *node, const char *compatible);
int of_property_read_string(const struct device_node *node, const char *name, const char **value);
void of_node_put(struct device_node *node);

#endif
