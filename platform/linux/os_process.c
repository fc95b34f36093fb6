/*
 * Linux: a range of descriptors at once, and the GNU C library's memory.
 */
#include "os_process.h"

#include <limits.h>
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The GNU C library keeps small pieces that were freed as they are, and joins all of them with
 * their neighbours at once when a large one is wanted or freed. After a list of a million files
 * that takes a loop 0.1 to 0.3 s, whoever waits. Without such pieces each is joined when it is
 * freed. */
void os_process_set_memory(void)
{
#ifdef M_MXFAST
    (void)mallopt(M_MXFAST, 0);
#endif
}

/* Through syscall: older C libraries have no function for close_range, older kernels (before 5.11)
 * no such flag. */
bool os_process_keep_from(int first)
{
#ifdef SYS_close_range
    enum { CLOEXEC = 1 << 2 }; /* CLOSE_RANGE_CLOEXEC, which the headers may not have */
    return syscall(SYS_close_range, (unsigned)first, UINT_MAX, CLOEXEC) == 0;
#else
    (void)first;
    return false;
#endif
}
