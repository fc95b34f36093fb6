/*
 * The start of this process: arguments, streams and sockets as the contract has them.
 */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_system.h"
#include "os_wide.h"
#include "plat/process.h"

#include <shellapi.h>

static UINT code_page_before;

/* Where the process is ended by force, the console keeps UTF-8; that does no harm. */
static void restore_code_page(void)
{
    SetConsoleOutputCP(code_page_before);
}

/* plat_console_write does not need it, but what others print through the C library does. The
 * setting is the console's, not ours, and would stay behind. */
static void use_utf8_output(void)
{
    code_page_before = GetConsoleOutputCP();
    if (code_page_before == 0 || code_page_before == CP_UTF8)
        return;
    if (SetConsoleOutputCP(CP_UTF8))
        atexit(restore_code_page);
}

/* The same bytes as on other systems: no carriage returns, no end of file at Ctrl-Z. */
static void use_plain_streams(void)
{
    (void)_setmode(_fileno(stdin), _O_BINARY);
    (void)_setmode(_fileno(stdout), _O_BINARY);
    (void)_setmode(_fileno(stderr), _O_BINARY);
}

/* The C library's own argv has been squeezed into the system's code page. */
static int convert_args(int *argc, char ***argv)
{
    int count;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    if (!wide)
        return os_error_last();
    char **args = calloc((size_t)count + 1, sizeof *args);
    int rc = args ? 0 : PLAT_ERR_NO_MEMORY;
    for (int i = 0; i < count && rc == 0; i++)
        rc = os_wide_to_utf8(&args[i], wide[i], wcslen(wide[i]));
    LocalFree(wide);
    if (rc < 0) {
        for (int i = 0; args && i < count; i++)
            free(args[i]);
        free(args);
        return rc;
    }
    *argc = count;
    *argv = args; /* for as long as the process lives */
    return 0;
}

/* Before anything else of plat's, since even looking up a host name needs it. Winsock 2.2 is what
 * every Windows has. Nothing undoes this: the system does, at the end. */
int plat_process_init(int *argc, char ***argv)
{
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return PLAT_ERR_OTHER;
    /* No dialogue boxes about drives without a medium or about crashes. */
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    use_plain_streams();
    use_utf8_output();
    return convert_args(argc, argv);
}

uint64_t plat_process_own_id(void)
{
    return GetCurrentProcessId();
}
