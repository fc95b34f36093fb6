/*
 * Win32 and Winsock errors to plat errors; shared by the files of this folder only.
 */
#ifndef OS_ERROR_H
#define OS_ERROR_H

/* The plat error of a GetLastError or WSAGetLastError value, whose numbers do not overlap; always
 * negative. */
int os_error(unsigned long system_error);

/* os_error of this thread's last Win32 error, and of its last Winsock error. */
int os_error_last(void);
int os_error_socket(void);

#endif
