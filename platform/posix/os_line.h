/*
 * Reading a line without any editing, for input that is no terminal or where no editing library is.
 */
#ifndef OS_LINE_H
#define OS_LINE_H

/* Waits until stdin has something, or its end or an error, to read: 0. PLAT_AGAIN when there have
 * been other stop requests than stops_before. */
int os_line_wait(unsigned stops_before);

/* As plat_console_read_line, without a completer. */
int os_line_read(const char *prompt, char **line);

#endif
