/*
 * The errors that the platform layer reports: one small set for every operating system.
 *
 * A plat function returns 0 on success, one of the negative errors below, or a positive status:
 * "try again", "end" and "changed" are normal outcomes, not errors. A system error without a
 * name here becomes PLAT_ERR_OTHER; the layer promises no more detail than these.
 */
#ifndef PLAT_ERROR_H
#define PLAT_ERROR_H

enum plat_status {
    PLAT_OK = 0,
    PLAT_AGAIN = 1, /* nothing to be had now; the poller tells when to try again */
    PLAT_END = 2,   /* end of stream, of file or of listing */
    PLAT_LOST = 3   /* changes were lost; look at everything anew */
};

enum plat_error {
    PLAT_ERR_OTHER = -1,
    PLAT_ERR_NO_MEMORY = -2,
    PLAT_ERR_INVALID = -3,
    PLAT_ERR_ACCESS = -4,     /* permission denied */
    PLAT_ERR_IN_USE = -5,     /* address already in use */
    PLAT_ERR_NO_ADDRESS = -6, /* the address is none of this machine's */
    PLAT_ERR_REFUSED = -7,    /* connection refused */
    PLAT_ERR_RESET = -8,      /* connection reset or aborted by the peer */
    PLAT_ERR_TIMED_OUT = -9,
    PLAT_ERR_UNREACHABLE = -10,    /* no route to the host or network */
    PLAT_ERR_NO_HOST = -11,        /* no such host name */
    PLAT_ERR_TOO_MANY_FILES = -12, /* out of descriptors, in this process or in the system */
    PLAT_ERR_NOT_FOUND = -13,
    PLAT_ERR_EXISTS = -14,
    PLAT_ERR_NO_SPACE = -15, /* disk full or over quota */
    PLAT_ERR_NOT_FOLDER = -16,
    PLAT_ERR_NOT_FILE = -17, /* exists, but is no regular file */
    PLAT_ERR_LINK = -18,     /* a symbolic link where none is followed */
    PLAT_ERR_BAD_NAME = -19, /* a name that this system cannot hold */
    PLAT_ERR_READ_ONLY = -20,
    PLAT_ERR_BUSY = -21,      /* locked by another process */
    PLAT_ERR_TOO_LARGE = -22, /* beyond the file system's size limit */
    PLAT_ERR_IO = -23,
    PLAT_ERR_UNSUPPORTED = -24
};

/* What the error means, in a few lower-case words for the end of a message ("address in use").
 * Never NULL; the text is static. Any thread. */
const char *plat_error_text(int error);

#endif
