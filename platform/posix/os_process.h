/*
 * Keeping our descriptors from the programs that we start, where the system has a call for it.
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include <stdbool.h>

/* Marks every descriptor from `first` up close-on-exec. false where the system has no such call:
 * then they are marked one by one. Safe between fork and exec. */
bool os_process_keep_from(int first);

#endif
