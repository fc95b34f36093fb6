/*
 * From a file to a socket by sendfile(2), past user memory.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/sendfile.h>

#include "os_error.h"
#include "plat/file.h"

/* A send of one call; the system refuses sizes that its own ssize_t does not hold. */
enum { SEND_MOST = 1 << 30 };

int plat_file_send(struct plat_file file, uint64_t offset, size_t size, plat_socket to,
                   size_t *sent)
{
    off_t at = (off_t)offset;
    if (offset > INT64_MAX)
        return PLAT_END;
    ssize_t n = sendfile((int)to, (int)file.handle, &at, size < SEND_MOST ? size : SEND_MOST);
    if (n < 0) {
        if (errno == EAGAIN || errno == EINTR)
            return PLAT_AGAIN;
        return os_error(errno);
    }
    *sent = (size_t)n;
    return n == 0 ? PLAT_END : 0;
}
