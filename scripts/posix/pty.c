/*
 * pty COLUMNS PROGRAM [ARGUMENT...]: runs a program on a terminal of its own, for scenarios that
 * play the person behind it.
 *
 * What comes on stdin is typed there, and what the terminal shows goes to stdout, byte for byte. At
 * the end of stdin nothing more is typed. The program's exit code becomes ours; when we are killed,
 * the terminal hangs up.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 50, FAILED = 125 };

static int fail(const char *what)
{
    perror(what);
    return FAILED;
}

static int open_terminal(unsigned short columns)
{
    struct winsize size = {.ws_row = ROWS, .ws_col = columns};
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
        ioctl(master, TIOCSWINSZ, &size) < 0)
        return -1;
    return master;
}

/* In the child: the terminal becomes the session's own, and all three streams. */
static int run_on(int master, char **argv)
{
    const char *name = ptsname(master);
    setsid();
    int terminal = name ? open(name, O_RDWR) : -1;
    if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0)
        return fail("pty: no terminal");
    for (int fd = 0; fd < 3; fd++)
        dup2(terminal, fd);
    if (terminal > 2)
        close(terminal);
    close(master);
    execvp(argv[0], argv);
    return fail(argv[0]);
}

static bool write_all(int fd, const char *data, ssize_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, (size_t)size);
        if (n < 0 && errno != EINTR)
            return false;
        data += n > 0 ? n : 0;
        size -= n > 0 ? n : 0;
    }
    return true;
}

/* Moves what is there; false at the end. A terminal that nobody uses any more is an error on some
 * systems, and an end on others. */
static bool move(int from, int to)
{
    char block[4096];
    ssize_t n = read(from, block, sizeof block);
    if (n < 0 && errno == EINTR)
        return true;
    return n > 0 && write_all(to, block, n);
}

static void relay(int master)
{
    struct pollfd both[2] = {{.fd = master, .events = POLLIN},
                             {.fd = STDIN_FILENO, .events = POLLIN}};
    for (;;) {
        if (poll(both, 2, -1) < 0 && errno != EINTR)
            return;
        if (both[1].revents && !move(STDIN_FILENO, master))
            both[1].fd = -1;
        if (both[0].revents && !move(master, STDOUT_FILENO))
            return;
    }
}

int main(int argc, char **argv)
{
    int status;
    if (argc < 3) {
        fprintf(stderr, "usage: pty COLUMNS PROGRAM [ARGUMENT...]\n");
        return FAILED;
    }
    int master = open_terminal((unsigned short)atoi(argv[1]));
    if (master < 0)
        return fail("pty: cannot open a terminal");
    pid_t child = fork();
    if (child < 0)
        return fail("pty: cannot fork");
    if (child == 0)
        _exit(run_on(master, argv + 2));
    relay(master);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return fail("pty: cannot wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
