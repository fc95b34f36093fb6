/*
 * What mcdn-bench can do: one function a command, called with the command's own argv[0]. Each
 * prints its measurements as "name=value" words on one line and returns the exit code.
 */
#ifndef BENCH_COMMANDS_H
#define BENCH_COMMANDS_H

int command_ask(int argc, char **argv);
int command_deaths(int argc, char **argv);
int command_files(int argc, char **argv);
int command_heartbeats(int argc, char **argv);
int command_idle(int argc, char **argv);
int command_plain(int argc, char **argv);
int command_register(int argc, char **argv);
int command_sources(int argc, char **argv);

#endif
