/*
 * What a process asks of its system at the start, and how it keeps its descriptors from the
 * programs that it starts.
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include <stdbool.h>

/* Marks every descriptor from `first` up close-on-exec. false where the system has no such call:
 * then they are marked one by one. Safe between fork and exec. */
bool os_process_keep_from(int first);

/* Sets the C library's memory so that no call to free has to make up for many before it. */
void os_process_set_memory(void);

#endif
