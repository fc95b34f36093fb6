/*
 * Starting other processes and steering them by signals.
 */
#include "plat/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os_error.h"
#include "os_process.h"
#include "plat/clock.h"

struct plat_process {
    pid_t pid;
    int in;  /* the write end of its stdin, or -1 */
    int out; /* the read end of its output, or -1 */
    bool ended;
    int exit_code;
};

/* The descriptors of a start; each is closed once, whatever happens. */
struct pipes {
    int in[2], out[2], report[2];
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_pipes(struct pipes *pipes)
{
    for (int end = 0; end < 2; end++) {
        close_fd(&pipes->in[end]);
        close_fd(&pipes->out[end]);
        close_fd(&pipes->report[end]);
    }
}

static int open_pipe(int ends[2])
{
    if (pipe(ends) < 0)
        return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

static int open_pipes(struct pipes *pipes, const char *output_path)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (open_pipe(pipes->in) < 0 || open_pipe(pipes->report) < 0)
        return -1;
    if (!output_path)
        return open_pipe(pipes->out);
    pipes->out[1] = open(output_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    return pipes->out[1] < 0 ? -1 : 0;
}

/* The highest descriptor of this process, of those too that others opened without close-on-exec.
 * Both Linux and macOS list them; elsewhere the first thousand will have to do. */
static int highest_fd(void)
{
    int highest = 1023;
    DIR *dir = opendir("/dev/fd");
    struct dirent *entry;
    if (!dir)
        return highest;
    highest = dirfd(dir);
    while ((entry = readdir(dir)) != NULL) {
        int fd = atoi(entry->d_name);
        highest = fd > highest ? fd : highest;
    }
    closedir(dir);
    return highest;
}

/* In the child: standard streams, default signals, exec; on failure errno goes up the pipe. */
static void become(const struct plat_process_options *options, const struct pipes *pipes,
                   int last_fd)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (!os_process_keep_from(STDERR_FILENO + 1))
        for (int fd = STDERR_FILENO + 1; fd <= last_fd; fd++)
            fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (dup2(pipes->in[0], STDIN_FILENO) >= 0 && dup2(pipes->out[1], STDOUT_FILENO) >= 0 &&
        dup2(pipes->out[1], STDERR_FILENO) >= 0 &&
        (!options->folder || chdir(options->folder) == 0))
        execvp(options->argv[0], (char *const *)(uintptr_t)options->argv);
    int error = errno;
    ssize_t unused = write(pipes->report[1], &error, sizeof error);
    (void)unused;
    _exit(127);
}

/* Waits for the child's exec: the pipe closes on success and carries errno otherwise. */
static int read_report(struct pipes *pipes)
{
    int error = 0;
    ssize_t n;
    close_fd(&pipes->report[1]);
    do {
        n = read(pipes->report[0], &error, sizeof error);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof error ? os_error(error) : 0;
}

static int launch(struct plat_process *process, const struct plat_process_options *options,
                  struct pipes *pipes)
{
    int last_fd = highest_fd();
    process->pid = fork();
    if (process->pid == 0)
        become(options, pipes, last_fd);
    if (process->pid < 0)
        return os_error(errno);
    int rc = read_report(pipes);
    if (rc < 0)
        waitpid(process->pid, NULL, 0);
    return rc;
}

int plat_process_start(struct plat_process **out, const struct plat_process_options *options)
{
    struct pipes pipes;
    struct plat_process *process = calloc(1, sizeof *process);
    if (!process)
        return PLAT_ERR_NO_MEMORY;
    int rc = open_pipes(&pipes, options->output_path) < 0 ? os_error(errno)
                                                          : launch(process, options, &pipes);
    if (rc == 0) {
        process->in = pipes.in[1];
        process->out = pipes.out[0];
        pipes.in[1] = pipes.out[0] = -1;
        *out = process;
    } else {
        free(process);
    }
    close_pipes(&pipes);
    return rc;
}

void plat_process_close(struct plat_process *process)
{
    int unused;
    if (!process)
        return;
    if (!process->ended) {
        plat_process_kill(process);
        plat_process_wait(process, UINT32_MAX, &unused);
    }
    close_fd(&process->in);
    close_fd(&process->out);
    free(process);
}

uint64_t plat_process_id(const struct plat_process *process)
{
    return (uint64_t)process->pid;
}

static int reap(struct plat_process *process, int flags)
{
    int status;
    pid_t pid = waitpid(process->pid, &status, flags);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return PLAT_AGAIN;
    if (pid < 0)
        return os_error(errno);
    process->ended = true;
    process->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return 0;
}

int plat_process_wait(struct plat_process *process, uint32_t timeout_ms, int *exit_code)
{
    /* No system-independent call waits for a child with a limit, so this looks again and again;
     * two milliseconds are unnoticeable to those who test with it. */
    const struct timespec pause = {0, 2 * 1000000};
    uint64_t start_ms = plat_clock_now_ms();
    while (!process->ended) {
        int rc = reap(process, WNOHANG);
        if (rc < 0)
            return rc;
        if (rc == PLAT_AGAIN && plat_clock_now_ms() - start_ms >= timeout_ms)
            return PLAT_AGAIN;
        if (rc == PLAT_AGAIN)
            nanosleep(&pause, NULL);
    }
    *exit_code = process->exit_code;
    return 0;
}

static int send_signal(struct plat_process *process, int number)
{
    if (process->ended)
        return PLAT_ERR_NOT_FOUND;
    return kill(process->pid, number) < 0 ? os_error(errno) : 0;
}

int plat_process_terminate(struct plat_process *process)
{
    return send_signal(process, SIGTERM);
}

int plat_process_interrupt(struct plat_process *process)
{
    return send_signal(process, SIGINT);
}

int plat_process_kill(struct plat_process *process)
{
    return send_signal(process, SIGKILL);
}

int plat_process_suspend(struct plat_process *process)
{
    return send_signal(process, SIGSTOP);
}

int plat_process_resume(struct plat_process *process)
{
    return send_signal(process, SIGCONT);
}

int plat_process_write(struct plat_process *process, const void *data, size_t size)
{
    const char *at = data;
    if (process->in < 0)
        return PLAT_ERR_RESET;
    while (size > 0) {
        ssize_t n = write(process->in, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return os_error(errno);
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

void plat_process_close_stdin(struct plat_process *process)
{
    close_fd(&process->in);
}

int plat_process_read(struct plat_process *process, void *buffer, size_t size, uint32_t timeout_ms,
                      size_t *got)
{
    struct pollfd readable = {.fd = process->out, .events = POLLIN};
    if (process->out < 0)
        return PLAT_END;
    int n = poll(&readable, 1, timeout_ms > INT32_MAX ? -1 : (int)timeout_ms);
    if (n <= 0)
        return n == 0 || errno == EINTR ? PLAT_AGAIN : os_error(errno);
    ssize_t count = read(process->out, buffer, size);
    if (count < 0)
        return errno == EINTR ? PLAT_AGAIN : os_error(errno);
    *got = (size_t)count;
    return count == 0 ? PLAT_END : 0;
}
