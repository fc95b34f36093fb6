/*
 * close_range, through syscall: older C libraries have no function for it, older kernels (before
 * 5.11) no such flag.
 */
#include "os_process.h"

#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

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
