/*
 * Fuzz target: a stream of bytes cut into lines, as a connection does it. The first byte of the
 * input says how large the pieces are that the rest comes in. However it comes, the lines are those
 * that looking at every byte gives.
 */
#include "base/buffer.h"
#include "base/line.h"
#include "fuzz.h"

enum { LINE_MAX_HERE = 64 };

/* The lines, each with a line feed, and how it ended. */
struct outcome {
    struct buffer lines;
    bool too_long;
};

static void put_line(struct outcome *outcome, struct slice line)
{
    if (line.size == 0)
        return; /* ignored */
    buffer_put_slice(&outcome->lines, line);
    buffer_put_char(&outcome->lines, '\n');
}

/* As a connection: what is no line yet is held. */
static void feed(struct outcome *outcome, struct buffer *held, struct slice piece)
{
    struct slice line;
    size_t used;
    enum line_status status = LINE_PARTIAL;
    buffer_put_slice(held, piece);
    while (!outcome->too_long) {
        struct slice content = buffer_content(held);
        status = line_find(content, LINE_MAX_HERE, &line, &used);
        if (status != LINE_FOUND)
            break;
        HOLDS(used > 0 && used <= content.size && used <= LINE_MAX_HERE);
        HOLDS(fuzz_within(line, content) && line.size < used);
        put_line(outcome, line);
        buffer_consume(held, used);
    }
    outcome->too_long = outcome->too_long || status == LINE_TOO_LONG;
    HOLDS(outcome->too_long || buffer_size(held) < LINE_MAX_HERE);
}

static struct outcome cut_in_pieces(struct slice bytes, size_t piece_size)
{
    struct outcome outcome = {BUFFER_INIT, false};
    struct buffer held = BUFFER_INIT;
    while (bytes.size > 0) {
        size_t size = piece_size < bytes.size ? piece_size : bytes.size;
        feed(&outcome, &held, slice_of(bytes.data, size));
        bytes = slice_of(bytes.data + size, bytes.size - size);
    }
    if (!outcome.too_long)
        put_line(&outcome, line_last(buffer_content(&held)));
    buffer_fini(&held);
    return outcome;
}

/* The same, byte by byte and without the module. */
static struct outcome cut_slowly(struct slice bytes)
{
    struct outcome outcome = {BUFFER_INIT, false};
    size_t start = 0;
    for (size_t i = 0; i <= bytes.size; i++) {
        bool at_end = i == bytes.size;
        if (!at_end && bytes.data[i] != '\n') {
            if (i - start + 1 < LINE_MAX_HERE)
                continue;
            outcome.too_long = true;
            break;
        }
        size_t size = i - start;
        if (size > 0 && bytes.data[i - 1] == '\r')
            size--;
        put_line(&outcome, slice_of(bytes.data + start, size));
        start = i + 1;
    }
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct slice bytes = fuzz_input(data + 1, size - 1);
    struct outcome pieces = cut_in_pieces(bytes, 1 + (size_t)data[0]);
    struct outcome single = cut_in_pieces(bytes, 1);
    struct outcome slow = cut_slowly(bytes);
    HOLDS(pieces.too_long == slow.too_long && single.too_long == slow.too_long);
    HOLDS(slice_equal(buffer_content(&pieces.lines), buffer_content(&slow.lines)));
    HOLDS(slice_equal(buffer_content(&single.lines), buffer_content(&slow.lines)));
    buffer_fini(&pieces.lines);
    buffer_fini(&single.lines);
    buffer_fini(&slow.lines);
    return 0;
}
