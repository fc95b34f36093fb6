/*
 * macOS has no call for a range of descriptors.
 */
#include "os_process.h"

bool os_process_keep_from(int first)
{
    (void)first;
    return false;
}

void os_process_set_memory(void)
{
}
