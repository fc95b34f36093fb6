/*
 * errno to plat errors; shared by the POSIX files only.
 */
#ifndef OS_ERROR_H
#define OS_ERROR_H

/* The plat error of an errno value; always negative. */
int os_error(int system_error);

#endif
