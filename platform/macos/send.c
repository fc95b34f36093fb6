/*
 * From a file to a socket by the BSD sendfile(2), past user memory.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "os_error.h"
#include "plat/file.h"

/* One call's share: no more than off_t and ssize_t hold, and far more than a socket takes. */
enum { SHARE_MAX = 1 << 30 };

/* For volumes without sendfile, such as some network ones. */
static int send_by_copy(struct plat_file file, uint64_t offset, size_t size, plat_socket to,
                        size_t *sent)
{
    char buffer[32768];
    size_t got;
    int rc =
        plat_file_read(file, buffer, size < sizeof buffer ? size : sizeof buffer, offset, &got);
    return rc != 0 ? rc : plat_socket_send(to, buffer, got, sent);
}

int plat_file_send(struct plat_file file, uint64_t offset, size_t size, plat_socket to,
                   size_t *sent)
{
    /* In: how much to send, where 0 would mean "to the end". Out: how much was sent, which counts
     * even when the call failed, as it does each time the socket fills up half way. */
    off_t bytes = (off_t)(size < SHARE_MAX ? size : SHARE_MAX);
    if (size == 0 || offset > INT64_MAX - SHARE_MAX)
        return PLAT_ERR_INVALID;
    int rc = sendfile((int)file.handle, (int)to, (off_t)offset, &bytes, NULL, 0);
    int error = errno;
    if (rc < 0 && (error == ENOTSUP || error == EOPNOTSUPP))
        return send_by_copy(file, offset, size, to, sent);
    if (bytes > 0 && (rc == 0 || error == EAGAIN || error == EINTR)) {
        *sent = (size_t)bytes;
        return 0;
    }
    if (rc == 0)
        return PLAT_END; /* nothing sent and nothing wrong: the file ends before offset */
    return error == EAGAIN || error == EINTR ? PLAT_AGAIN : os_error(error);
}
