-- Plants violations of the layering and expects includes.lua to find each: lua ci/includes_test.lua

package.path = (arg[0]:match("^.*[/\\]") or "./") .. "?.lua;" .. package.path
local includes = require("includes")

-- Beside the planted source there are these.
local FILES = {}
for path in ([[
    platform/include/plat/socket.h platform/include/plat/poller.h platform/include/plat/error.h
    platform/common/error.c platform/posix/os_error.h platform/posix/os_socket.h
    platform/windows/os_socket.h platform/linux/os_only.h
    src/base/log.h src/proto/request.h src/net/conn.h src/monitor/roster.h src/index/catalogue.h
    tests/unit/testing.h tests/unit/plat/pair.h
]]):gmatch("%S+") do
    FILES[path] = true
end

-- Path, text, and what is said of it: a part of the message, or nil for nothing.
local CASES = {
    -- system headers
    { "src/base/log.c", '#include "base/log.h"\n#include <unistd.h>\n', "<unistd.h>" },
    { "src/net/conn.c", '#include "net/conn.h"\n#include <sys/socket.h>\n', "<sys/socket.h>" },
    { "src/net/conn.c", '#include "net/conn.h"\n #  include <time.h>\n', ":2: <time.h>" },
    { "src/index/x.c", "#include <stdatomic.h>\n", "<stdatomic.h>" },
    { "src/index/x.c", "#include <threads.h>\n", "<threads.h>" },
    { "platform/include/plat/x.h", "#include <windows.h>\n", "<windows.h>" },
    { "platform/common/x.c", "#include <errno.h>\n#include <arpa/inet.h>\n", "<arpa/inet.h>" },
    { "tests/unit/base/x_test.c", "#include <unistd.h>\n", "<unistd.h>" },
    { "tests/unit/plat/x_test.c", "#include <fcntl.h>\n", "<fcntl.h>" },
    { "scripts/process.c", "#include <unistd.h>\n", "<unistd.h>" },
    { "platform/linux/x.c", "#include <sys/epoll.h>\n" },
    { "tests/unit/plat/posix/x_test.c", '#include <unistd.h>\n#include "os_socket.h"\n' },
    { "tests/unit/plat/x_test.c", '#include "os_socket.h"\n', "not there" },
    { "tests/bench/x.c", "#include <sys/epoll.h>\n", "<sys/epoll.h>" },
    { "tests/bench/linux/x.c", "#include <sys/epoll.h>\n" },
    { "tests/bench/linux/x.c", '#include "base/log.h"\n', "above this folder" },
    { "tests/unit/base/x_test.c", '#include "testing.h"\n#include <cmocka.h>\n' },
    { "scripts/process.c", "#include <lua.h>\n" },

    -- the wrong way
    { "src/base/x.c", '#include "proto/request.h"\n', "above this folder" },
    { "src/base/x.h", '#include "net/conn.h"\n', "above this folder" },
    { "src/proto/x.c", '#include "net/conn.h"\n', "above this folder" },
    { "src/proto/x.c", '#include "plat/socket.h"\n', "above this folder" },
    { "src/proto/x.c", '#include "plat/poller.h"\n', "above this folder" },
    { "src/net/x.c", '#include "proto/request.h"\n', "above this folder" },
    { "src/net/x.c", '#include "index/catalogue.h"\n', "above this folder" },
    { "src/monitor/x.c", '#include "index/catalogue.h"\n', "above this folder" },
    { "src/client/x.c", '#include "monitor/roster.h"\n', "above this folder" },
    { "src/index/x.c", '#include "../monitor/roster.h"\n', "not there" },
    { "src/index/x.c", '#include "os_socket.h"\n', "not there" },
    { "src/index/x.c", '#include "plat_types.h"\n', "not there" },
    { "src/index/x.c", '#include "nowhere.h"\n', "not there" },
    { "platform/include/plat/x.h", '#include "base/log.h"\n', "above this folder" },
    { "platform/linux/x.c", '#include "base/log.h"\n', "above this folder" },
    { "platform/posix/x.c", '#include "os_only.h"\n', "not there" },
    { "platform/windows/x.c", '#include "os_only.h"\n', "not there" },
    { "scripts/process.c", '#include "base/log.h"\n', "above this folder" },
    { "src/monitor/x.c", '#include "monitor/roster.h"\n#include "proto/request.h"\n' },
    { "src/proto/x.c", '#include "base/log.h"\n#include "plat/error.h"\n' },
    { "platform/linux/x.c", '#include "os_socket.h"\n#include "plat_types.h"\n' },
    { "platform/include/plat/x.h", '#include "plat_types.h"\n#include "plat/error.h"\n' },
    { "tests/unit/plat/x_test.c", '#include "pair.h"\n#include "testing.h"\n' },

    -- the preprocessor picks the system
    { "src/base/x.c", "#ifdef _WIN32\n#endif\n", "_WIN32" },
    { "src/base/x.c", "#  if defined(__linux__)\n#endif\n", "__linux__" },
    { "src/base/x.c", "#if 0 || \\\n    defined(_WIN32)\n#endif\n", ":2: a condition" },
    { "src/net/x.c", "#if 1\n#elif defined __APPLE__\n#endif\n", "__APPLE__" },
    { "platform/include/plat/x.h", "#ifndef _WIN32\n#endif\n", "_WIN32" },
    { "platform/posix/x.c", "#ifdef __APPLE__\n#endif\n", "__APPLE__" },
    { "tests/unit/plat/x_test.c", "#ifdef __linux__\n#endif\n", "__linux__" },
    { "src/base/x.c", "#ifdef _MSC_VER\n#endif\n", "compiler" },
    { "platform/include/plat/x.h", "#ifdef __GNUC__\n#endif\n", "compiler" },
    { "platform/include/plat/compiler.h", "#ifdef __GNUC__\n#endif\n" },
    { "platform/windows/os_system.h", "#ifndef _WIN32_WINNT\n#endif\n" },
    { "src/base/x.h", "#ifndef X_H\n#define X_H\n#endif\n" },

    -- its own header first
    { "src/base/log.c", '#include <string.h>\n\n#include "base/log.h"\n', "comes first" },
    { "src/net/conn.c", '#include "base/log.h"\n#include "net/conn.h"\n', ":1: its own header" },
    { "platform/linux/poller.c", '#include <errno.h>\n#include "plat/poller.h"\n', "comes first" },
    { "platform/posix/os_socket.c", '#include <errno.h>\n#include "os_socket.h"\n', "comes first" },
    { "platform/linux/poller.c", '#include "plat/poller.h"\n#include <errno.h>\n' },
    { "platform/posix/error.c", '#include <errno.h>\n#include "os_error.h"\n', "comes first" },
    { "platform/posix/error.c", '#include "os_error.h"\n#include <errno.h>\n' },
    { "src/monitor/main.c", '#include "base/log.h"\n' },

    -- past plat
    { "src/index/x.c", "double f(void) { return time(0); }\n", "past plat: time" },
    { "src/content/x.c", 'void *f(void) { return fopen ("x", "r"); }\n', "past plat: fopen" },
    { "src/base/x.c", "__attribute__((unused)) static int a;\n", "__attribute__" },
    { "src/base/x.c", "_Atomic int a;\n", "_Atomic" },
    { "src/base/x.c", 'const char *a = "time(0)"; // fopen(x)\n/* rand() */ int time;\n' },
    { "src/base/x.c", "void f(struct a *a) { a->time(0); a->b.remove(1); }\n" },

    -- C for every compiler
    { "tests/unit/base/x_test.c", "__attribute__((unused)) static int a;\n", "__attribute__" },
    { "platform/windows/x.c", "ssize_t n;\n", "ssize_t" },
    { "scripts/x.c", "char *f(void) { return strdup(0); }\n", "strdup" },
    { "platform/include/plat/compiler.h", "#define A __attribute__((unused))\n" },
    { "platform/posix/x.c", "ssize_t n;\n" },
    { "src/base/x.c", "void f(char a[static 4]);\n", "static" },
    { "src/base/x.c", "struct a b = {};\n", "empty initialiser" },
    { "tests/unit/base/x_test.c", "f((struct a){});\n", "empty initialiser" },
    { "src/base/x.c", "void f(void) {}\nstruct a b = {0};\nstatic int c[4];\n" },
    { "src/base/x.c", "    if ((a = f(b)))\n", "an assignment as a condition" },
    { "src/base/x.c", "    while ((a = f((b), c)) && d)\n", "an assignment as a condition" },
    { "src/base/x.c", "    } while (!b || (a = f()));\n", "an assignment as a condition" },
    { "src/base/x.c", "    while ((a = f(b, (c))) != NULL)\n    if ((a == b) && (c <= d))\n" },

    -- where a reader of text is easily misled
    { "src/base/x.c", '/* #include <unistd.h>\n#ifdef _WIN32 */\n// #include "net/conn.h"\n' },
    { "src/base/x.c", "const char *a = \"/*\";\n#include <unistd.h>\n", ":2: <unistd.h>" },
    { "src/base/x.c", "char a = '\"';\n#include <unistd.h>\n", "<unistd.h>" },
    { "src/base/x.c", 'const char *a = "\\"/*";\n#include <unistd.h>\n', "<unistd.h>" },
    { "src/base/x.c", "/*\n\n*/\r\n#include <unistd.h>\r\n", ":4: <unistd.h>" },
    { "src/base/x.c", "#include <unistd.h>", "<unistd.h>" },
    { "elsewhere/x.c", "int a;\n", "no rule" },
    { "src/other/x.c", "int a;\n", "no rule" },
}

local function exists(path)
    return FILES[path]
end

local wrong = 0
for _, case in ipairs(CASES) do
    local path, text, expected = table.unpack(case)
    local found = includes.check(path, text, exists)
    local is_right = #found == 0
    if expected then
        is_right = #found == 1 and found[1]:find(expected, 1, true)
    end
    if not is_right then
        wrong = wrong + 1
        io.stderr:write(("%s:\n%s\nexpected: %s\nfound:    %s\n\n"):format(path, text,
            expected or "nothing", #found > 0 and table.concat(found, "; ") or "nothing"))
    end
end
print(("includes_test.lua: %d cases, %d wrong"):format(#CASES, wrong))
os.exit(wrong == 0)
