/* SPDX-License-Identifier: GPL-2.0 */
/* Initialized variables: a program that is started again without being loaded starts alike. */
#ifndef INMATE_DATA_H
#define INMATE_DATA_H

/* Gives .data its contents from the file. Called once on the boot CPU, before .data is used. */
void data_init(void);

#endif
