// SPDX-License-Identifier: GPL-2.0
#include "cmd/command.h"

int main(int argc, char **argv)
{
	return hvctl_main(argc, argv);
}
