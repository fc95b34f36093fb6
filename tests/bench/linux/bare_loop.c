/*
 * mcdn-bare-loop: the least that a server can do, to measure ours against. Two threads with an
 * epoll each answer every line with one fixed line. It looks at nothing but line feeds, keeps no
 * state, trusts its peers, and is for this system only.
 *
 *   mcdn-bare-loop PORT THREADS LINE
 *
 * Each thread has a listening socket of its own on the same port (SO_REUSEPORT), so that the
 * kernel spreads connections and nothing is handed over.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, ROOM = 64 * 1024, LINE_MAX = 128, BATCH_MAX = 1024, THREADS_MAX = 64 };

static char answers[LINE_MAX * BATCH_MAX];
static size_t answer_size;
static uint16_t port;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_here(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4096) < 0)
        fail("mcdn-bare-loop: listen");
    return fd;
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        close(fd);
}

static void accept_all(int epoll, int listener)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(epoll, fd);
    }
}

static size_t count_lines(const char *data, size_t size)
{
    size_t count = 0;
    const char *end = data + size;
    while ((data = memchr(data, '\n', (size_t)(end - data))) != NULL) {
        count++;
        data++;
    }
    return count;
}

static int serve(int fd, char *room)
{
    ssize_t got = recv(fd, room, ROOM, 0);
    if (got <= 0)
        return -1;
    size_t lines = count_lines(room, (size_t)got);
    while (lines > 0) {
        size_t some = lines < BATCH_MAX ? lines : BATCH_MAX;
        size_t size = some * answer_size;
        if (send(fd, answers, size, MSG_NOSIGNAL) != (ssize_t)size)
            return -1; /* a peer that does not read is none of ours */
        lines -= some;
    }
    return 0;
}

static void *run(void *unused)
{
    static _Thread_local char room[ROOM];
    struct epoll_event events[EVENTS];
    int listener = listen_here();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listener);
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                accept_all(epoll, listener);
            else if (serve(fd, room) < 0)
                close(fd);
        }
    }
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS_MAX];
    if (argc != 4 || strlen(argv[3]) + 1 > LINE_MAX) {
        fprintf(stderr, "usage: mcdn-bare-loop PORT THREADS LINE\n");
        return 2;
    }
    port = (uint16_t)atoi(argv[1]);
    int count = atoi(argv[2]);
    answer_size = strlen(argv[3]) + 1;
    for (size_t i = 0; i < BATCH_MAX; i++)
        snprintf(answers + i * answer_size, answer_size + 1, "%s\n", argv[3]);
    for (int i = 0; i < count && i < THREADS_MAX; i++)
        if (pthread_create(&threads[i], NULL, run, NULL) != 0)
            fail("mcdn-bare-loop: thread");
    pthread_join(threads[0], NULL);
    return 0;
}
