/*
 * Requests to stop, for those who wait for something else at the same time.
 */
#ifndef OS_STOP_H
#define OS_STOP_H

/* An event of the system's that is set by each request; whoever waits resets it first. NULL where
 * there is none yet, since plat_process_on_stop makes it. */
void *os_stop_event(void);

#endif
