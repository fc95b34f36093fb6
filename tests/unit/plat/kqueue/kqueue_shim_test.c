/*
 * What kqueue_shim.c must get right for the tests of platform/macos to mean something.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing.h"

static const struct timespec at_once = {0, 0};
static const struct timespec a_while = {20, 0};

struct fixture {
    int queue;
    int here, there; /* a connected pair */
};

static int setup(void **state)
{
    static struct fixture fixture;
    int ends[2];
    fixture.queue = kqueue();
    if (fixture.queue < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
        return -1;
    fixture.here = ends[0];
    fixture.there = ends[1];
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    close(f->queue);
    close(f->here);
    close(f->there);
    return 0;
}

/* Makes one change; returns the errno in its receipt. */
static int change(int queue, int fd, int filter, int flags)
{
    struct kevent one, receipt;
    EV_SET(&one, fd, filter, flags | EV_RECEIPT, 0, 0, NULL);
    assert_int_equal(kevent(queue, &one, 1, &receipt, 1, NULL), 1);
    assert_true(receipt.flags & EV_ERROR);
    assert_int_equal(receipt.filter, filter);
    return (int)receipt.data;
}

static int take(int queue, struct kevent *events, int most)
{
    return kevent(queue, NULL, 0, events, most, &at_once);
}

static void each_filter_reports_by_itself(void **state)
{
    struct fixture *f = *state;
    struct kevent events[4];
    assert_int_equal(change(f->queue, f->here, EVFILT_READ, EV_ADD), 0);
    assert_int_equal(take(f->queue, events, 4), 0);
    assert_int_equal(change(f->queue, f->here, EVFILT_WRITE, EV_ADD), 0);
    assert_int_equal(take(f->queue, events, 4), 1);
    assert_int_equal(events[0].filter, EVFILT_WRITE);
    assert_int_equal(write(f->there, "abc", 3), 3);
    assert_int_equal(take(f->queue, events, 4), 2);
    assert_int_equal(events[0].filter + events[1].filter, EVFILT_READ + EVFILT_WRITE);
    assert_int_equal(events[0].filter == EVFILT_READ ? events[0].data : events[1].data, 3);
    assert_int_equal(take(f->queue, events, 4), 2); /* level-triggered */
}

static void a_full_list_leaves_nobody_out_for_long(void **state)
{
    struct fixture *f = *state;
    struct kevent first, second;
    change(f->queue, f->here, EVFILT_WRITE, EV_ADD);
    change(f->queue, f->there, EVFILT_WRITE, EV_ADD);
    assert_int_equal(take(f->queue, &first, 1), 1);
    assert_int_equal(take(f->queue, &second, 1), 1);
    assert_int_not_equal(first.ident, second.ident);
}

static void deleting_an_absent_filter_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct kevent one;
    assert_int_equal(change(f->queue, f->here, EVFILT_READ, EV_DELETE), ENOENT);
    assert_int_equal(change(f->queue, f->here, EVFILT_READ, EV_ADD), 0);
    assert_int_equal(change(f->queue, f->here, EVFILT_WRITE, EV_DELETE), ENOENT);
    assert_int_equal(change(f->queue, f->here, EVFILT_READ, EV_DELETE), 0);
    assert_int_equal(change(f->queue, f->here, EVFILT_READ, EV_DELETE), ENOENT);
    EV_SET(&one, f->here, EVFILT_READ, EV_DELETE, 0, 0, NULL);
    assert_int_equal(kevent(f->queue, &one, 1, NULL, 0, NULL), -1);
    assert_int_equal(errno, ENOENT);
}

static void closing_drops_the_filters(void **state)
{
    struct fixture *f = *state;
    struct kevent event;
    assert_int_equal(change(f->queue, f->here, EVFILT_WRITE, EV_ADD), 0);
    close(f->here);
    assert_int_equal(take(f->queue, &event, 1), 0);
    assert_int_equal(dup2(f->there, f->here), f->here);
    assert_int_equal(take(f->queue, &event, 1), 0);
    assert_int_equal(change(f->queue, f->here, EVFILT_WRITE, EV_DELETE), ENOENT);
}

static void the_peers_end_ends_reading_only(void **state)
{
    struct fixture *f = *state;
    struct kevent events[2];
    change(f->queue, f->here, EVFILT_READ, EV_ADD);
    change(f->queue, f->here, EVFILT_WRITE, EV_ADD);
    assert_int_equal(shutdown(f->there, SHUT_WR), 0);
    assert_int_equal(take(f->queue, events, 2), 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(!!(events[i].flags & EV_EOF), events[i].filter == EVFILT_READ);
        assert_int_equal(events[i].fflags, 0);
    }
}

static void the_end_of_both_ends_both(void **state)
{
    struct fixture *f = *state;
    struct kevent events[2];
    change(f->queue, f->here, EVFILT_READ, EV_ADD);
    change(f->queue, f->here, EVFILT_WRITE, EV_ADD);
    close(f->there);
    assert_int_equal(take(f->queue, events, 2), 2);
    assert_true(events[0].flags & events[1].flags & EV_EOF);
    f->there = -1;
}

static void a_trigger_is_reported_once(void **state)
{
    struct fixture *f = *state;
    struct kevent one, event;
    EV_SET(&one, 0, EVFILT_USER, EV_ADD | EV_CLEAR, 0, 0, f);
    assert_int_equal(kevent(f->queue, &one, 1, NULL, 0, NULL), 0);
    assert_int_equal(take(f->queue, &event, 1), 0);
    EV_SET(&one, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, NULL);
    assert_int_equal(kevent(f->queue, &one, 1, NULL, 0, NULL), 0);
    assert_int_equal(kevent(f->queue, &one, 1, NULL, 0, NULL), 0);
    assert_int_equal(kevent(f->queue, NULL, 0, &event, 1, &a_while), 1);
    assert_int_equal(event.filter, EVFILT_USER);
    assert_ptr_equal(event.udata, f);
    assert_int_equal(take(f->queue, &event, 1), 0);
}

static void a_queue_can_be_polled_by_another(void **state)
{
    struct fixture *f = *state;
    struct kevent event;
    int outer = kqueue();
    assert_int_equal(change(f->queue, f->here, EVFILT_READ, EV_ADD), 0);
    assert_int_equal(change(outer, f->queue, EVFILT_READ, EV_ADD), 0);
    assert_int_equal(take(outer, &event, 1), 0);
    assert_int_equal(write(f->there, "abc", 3), 3);
    assert_int_equal(kevent(outer, NULL, 0, &event, 1, &a_while), 1);
    assert_int_equal(event.ident, f->queue);
    close(outer);
}

/* Waits for the folder's next event and returns its notes. */
static uint32_t notes(int queue)
{
    struct kevent event;
    assert_int_equal(kevent(queue, NULL, 0, &event, 1, &a_while), 1);
    assert_int_equal(event.filter, EVFILT_VNODE);
    return event.fflags;
}

static void a_folder_tells_of_its_entries_and_its_end(void **state)
{
    struct fixture *f = *state;
    struct kevent one;
    char path[] = "kqueue_shim_test_XXXXXX", inner[64], moved[64];
    assert_non_null(mkdtemp(path));
    strcat(strcpy(inner, path), "/inner");
    strcat(strcpy(moved, path), "/moved");
    assert_int_equal(mkdir(inner, 0777), 0);
    int fd = open(inner, O_RDONLY | O_DIRECTORY);
    EV_SET(&one, fd, EVFILT_VNODE, EV_ADD | EV_CLEAR, NOTE_WRITE | NOTE_DELETE | NOTE_RENAME, 0,
           NULL);
    assert_int_equal(kevent(f->queue, &one, 1, NULL, 0, NULL), 0);
    assert_int_equal(mkdirat(fd, "entry", 0777), 0);
    assert_int_equal(notes(f->queue), NOTE_WRITE);
    assert_int_equal(unlinkat(fd, "entry", AT_REMOVEDIR), 0);
    assert_int_equal(notes(f->queue), NOTE_WRITE);
    assert_int_equal(rename(inner, moved), 0);
    assert_int_equal(notes(f->queue), NOTE_RENAME);
    assert_int_equal(rename(moved, inner), 0);
    assert_int_equal(notes(f->queue), NOTE_RENAME);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(notes(f->queue), NOTE_DELETE);
    close(fd);
    assert_int_equal(rmdir(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_filter_reports_by_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_list_leaves_nobody_out_for_long, setup, teardown),
        cmocka_unit_test_setup_teardown(deleting_an_absent_filter_is_not_found, setup, teardown),
        cmocka_unit_test_setup_teardown(closing_drops_the_filters, setup, teardown),
        cmocka_unit_test_setup_teardown(the_peers_end_ends_reading_only, setup, teardown),
        cmocka_unit_test_setup_teardown(the_end_of_both_ends_both, setup, teardown),
        cmocka_unit_test_setup_teardown(a_trigger_is_reported_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_queue_can_be_polled_by_another, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_tells_of_its_entries_and_its_end, setup, teardown),
    };
    return cmocka_run_group_tests_name("kqueue_shim", tests, NULL, NULL);
}
