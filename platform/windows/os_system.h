/*
 * The system's headers in the one order that works: winsock2.h before windows.h. For the files of
 * this folder only, after their own header.
 */
#ifndef OS_SYSTEM_H
#define OS_SYSTEM_H

/* Windows 10: SRW locks, precise time, handle lists, dual-stack sockets are all there. */
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif

#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#endif
