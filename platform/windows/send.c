/*
 * From a file to a socket.
 *
 * By reading and sending: TransmitFile blocks on a non-blocking socket unless it is overlapped,
 * takes at most 2 GiB, runs only twice at a time on the client editions of Windows, and was
 * measured to be no faster.
 */
#include <stdbool.h>

#include "plat/file.h"

/* On the stack of whoever calls; the system's own copies are of this size. */
enum { SLICE = 64 * 1024 };

/* Sends one slice. 0 where the socket took all of it, PLAT_AGAIN where it is full now. */
static int send_slice(plat_socket to, const char *data, size_t size, size_t *sent)
{
    *sent = 0;
    while (*sent < size) {
        size_t n;
        int rc = plat_socket_send(to, data + *sent, size - *sent, &n);
        if (rc != 0)
            return rc;
        *sent += n;
    }
    return 0;
}

/* What the socket did not take is read again in the next call, from the position that the caller
 * then gives: nothing is kept here. */
int plat_file_send(struct plat_file file, uint64_t offset, size_t size, plat_socket to,
                   size_t *sent)
{
    char slice[SLICE];
    int rc = 0;
    *sent = 0;
    while (rc == 0 && *sent < size) {
        size_t left = size - *sent, got, taken = 0;
        rc = plat_file_read(file, slice, left < SLICE ? left : SLICE, offset + *sent, &got);
        if (rc == 0)
            rc = send_slice(to, slice, got, &taken);
        *sent += taken;
    }
    return *sent > 0 ? 0 : rc;
}
