/*
 * How a download ended: as one line for people, and as JSON for programs. Pure.
 *
 *     {"type":"download","name":"a.iso","status":"done","path":"downloads/a.iso","size":600,
 *      "already_complete":false,"fetched":600,"kept":0,"elapsed_ms":12,"verified":"chunks",
 *      "sha256":"…","sources":[{"id":"CS1","host":"127.0.0.1","port":7001,"bytes":600}]}
 *     {"type":"download","name":"b.iso","status":"failed","error":"file not found"}
 */
#ifndef CLIENT_RESULT_H
#define CLIENT_RESULT_H

#include "base/buffer.h"
#include "client/download.h"

/* Room for the longest summary and a final zero. */
#define RESULT_SUMMARY_SIZE 1024

/* "Summary: 200.0 MiB in 2.1 s (95.2 MiB/s) from CS1 60%, CS2 40%; verified by SHA-256". Of a
 * download that is done. Returns text. */
const char *result_summary(char text[RESULT_SUMMARY_SIZE], const struct download_result *result);

/* Puts the line. The file is below output_dir. */
void result_put_json(struct buffer *out, struct slice name, const char *output_dir,
                     const struct download_result *result);

/* The same for a name of which there is no result; type is "download" or "verify". */
void result_put_json_failed(struct buffer *out, const char *type, struct slice name,
                            const char *why);

#endif
