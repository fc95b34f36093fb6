/*
 * The exit codes of all four programs.
 */
#ifndef BASE_EXIT_H
#define BASE_EXIT_H

enum exit_code {
    EXIT_CODE_DONE = 0,
    EXIT_CODE_FAILED = 1,
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_INTERRUPTED = 130 /* as shells report a SIGINT */
};

#endif
