-- Proves the layering: lua ci/includes.lua [ROOT]
--
-- Reads every C source and says where one includes what its layer must not know, depends on an
-- operating system outside platform/<os>/, does not begin with its own header, or is no C for every
-- compiler. Then exits with 1.
-- ci/includes_test.lua plants such violations and expects them to be found.

local set = {}
function set.of(...)
    local members = {}
    for _, list in ipairs({ ... }) do
        for word in list:gmatch("%S+") do
            members[word] = true
        end
    end
    return members
end

-- The headers of standard C that say nothing of the system. Time, files, signals, threads and
-- atomics are reached through plat instead.
local PURE = "assert.h ctype.h errno.h float.h inttypes.h limits.h math.h stdarg.h stdbool.h "
    .. "stddef.h stdint.h stdio.h stdlib.h string.h"

-- What each folder may include: angled headers ("*": any), the folders of quoted ones ("own": the
-- file's own), single quoted ones. The first folder that a path begins with counts.
local TESTING = "own tests/unit tests/unit/plat"
local LAYERS = {
    { folder = "platform/include/", angled = PURE, folders = "plat", single = "plat_types.h" },
    { folder = "platform/common/", angled = PURE, folders = "plat" },
    { folder = "platform/posix/", angled = "*", folders = "plat own" },
    { folder = "platform/linux/", angled = "*", folders = "plat own platform/posix" },
    { folder = "platform/macos/", angled = "*", folders = "plat own platform/posix" },
    { folder = "platform/windows/", angled = "*", folders = "plat own" },
    { folder = "src/base/", angled = PURE, folders = "plat base" },
    { folder = "src/proto/", angled = PURE, folders = "base proto",
        single = "plat/compiler.h plat/error.h" },
    { folder = "src/net/", angled = PURE, folders = "plat base net" },
    { folder = "src/monitor/", angled = PURE, folders = "plat base proto net monitor" },
    { folder = "src/index/", angled = PURE, folders = "plat base proto net index" },
    { folder = "src/content/", angled = PURE, folders = "plat base proto net content" },
    { folder = "src/client/", angled = PURE, folders = "plat base proto net client" },
    { folder = "scripts/posix/", angled = "*", folders = "own" },
    { folder = "scripts/", angled = PURE .. " lua.h lauxlib.h lualib.h", folders = "plat own" },
    { folder = "tests/unit/plat/posix/", angled = "*",
        folders = "plat platform/posix " .. TESTING },
    { folder = "tests/unit/plat/kqueue/", angled = "*", folders = "plat " .. TESTING },
    { folder = "tests/bench/linux/", angled = "*", folders = "plat own" },
    { folder = "tests/", angled = PURE .. " setjmp.h signal.h time.h cmocka.h",
        folders = "plat base proto net monitor index content client " .. TESTING },
}

local SYSTEMS = set.of("_WIN32 _WIN64 WIN32 __CYGWIN__ __MINGW32__ __MINGW64__ __linux__ __linux",
    "linux __gnu_linux__ __APPLE__ __MACH__ __unix__ __unix unix __FreeBSD__ __NetBSD__",
    "__OpenBSD__ __DragonFly__ __sun __ANDROID__ __GLIBC__ _POSIX_VERSION BSD TARGET_OS_MAC")
local COMPILERS = set.of("__GNUC__ __clang__ _MSC_VER __has_attribute __has_builtin",
    "__STDC_NO_ATOMICS__ __STDC_NO_THREADS__")

-- What belongs to some compilers and their libraries only; Visual Studio, for one, lacks them all.
local FOREIGN_WORDS = set.of("__attribute__ __extension__ __typeof__ typeof __asm__ __declspec",
    "_Atomic _Thread_local __thread alloca aligned_alloc max_align_t ssize_t off_t strcasecmp",
    "strncasecmp strtok_r strdup strndup getline asprintf bzero M_PI")
-- The same, as patterns of one line.
local FOREIGN_FORMS = {
    { "%[%s*static%f[%W]", "an array parameter with static" },
    { "[=,(]%s*{%s*}", "an empty initialiser" },
    { "%)%s*{%s*}%s*[,;)]", "an empty initialiser" },
}

-- What reaches the system behind plat's back.
local FOREIGN_CALLS = set.of("fopen freopen tmpfile tmpnam remove rename getenv system time clock",
    "difftime mktime localtime gmtime rand srand signal raise sleep usleep select getchar scanf",
    "fgets gets")

local includes = {}

-- The text with comments, strings and characters emptied, its line ends kept. An #include's own
-- quotes stay.
local function code_of(text)
    local out, at = {}, 1
    while at <= #text do
        local two, one = text:sub(at, at + 1), text:sub(at, at)
        local past
        if two == "/*" then
            past = select(2, text:find("*/", at + 2, true)) or #text
            out[#out + 1] = " " .. text:sub(at, past):gsub("[^\n]", "")
        elseif two == "//" then
            past = (text:find("\n", at, true) or #text + 1) - 1
        elseif one == '"' or one == "'" then
            past = at + 1
            while past <= #text and text:sub(past, past) ~= one do
                past = past + (text:sub(past, past) == "\\" and 2 or 1)
            end
            local line = text:sub(1, at - 1):match("[^\n]*$")
            out[#out + 1] = line:find("^%s*#%s*include") and text:sub(at, past) or one .. one
        else
            past = at
            out[#out + 1] = one
        end
        at = past + 1
    end
    return table.concat(out)
end

local function layer_of(path)
    for _, layer in ipairs(LAYERS) do
        if path:sub(1, #layer.folder) == layer.folder then
            return layer
        end
    end
end

local function folder_of(path)
    return path:match("^(.*)/[^/]*$")
end

-- Where a quoted header lies, beginning with what a compiler would try first.
local function find(name, path, layer, exists)
    local places = { folder_of(path) .. "/", "src/", "platform/include/" }
    for folder in layer.folders:gmatch("%S+/%S+") do
        places[#places + 1] = folder .. "/"
    end
    for _, place in ipairs(places) do
        if exists(place .. name) then
            return place .. name
        end
    end
end

local function may_quote(layer, name, place, path)
    local folder = folder_of(place)
    for allowed in layer.folders:gmatch("%S+") do
        if folder == allowed or folder == "src/" .. allowed
            or folder == "platform/include/" .. allowed
            or allowed == "own" and folder == folder_of(path) then
            return true
        end
    end
    return set.of(layer.single or "")[name] ~= nil
end

local function check_include(layer, path, kind, name, exists)
    if kind == "<" then
        local allowed = layer.angled == "*" or set.of(layer.angled)[name]
        return not allowed and "<" .. name .. "> is not for this folder" or nil
    end
    if set.of(layer.single or "")[name] or name == "base/version.h" then -- which the build makes
        return nil
    end
    if name == "plat_types.h" and path:find("^platform/%l+/") then
        return nil
    end
    local place = find(name, path, layer, exists)
    if not place then
        return '"' .. name .. '" is not there, or not for this folder'
    end
    return not may_quote(layer, name, place, path)
        and '"' .. name .. '" is above this folder, or beside it' or nil
end

-- What a .c must include first, as a list of words: the header of its own name, from its folder or
-- from plat; or, where platform/common has the rest of a plat header, its folder's os_ header.
local function own_headers(path, exists)
    local stem = path:match("([^/]+)%.c$")
    if not stem then
        return nil
    elseif exists(folder_of(path) .. "/" .. stem .. ".h") then
        return path:find("^src/") and path:match("^src/(.*)%.c$") .. ".h" or stem .. ".h"
    elseif path:find("^platform/") and exists("platform/include/plat/" .. stem .. ".h") then
        return "plat/" .. stem .. ".h"
            .. (exists("platform/common/" .. stem .. ".c") and " os_" .. stem .. ".h" or "")
    end
end

local function begins_condition(line)
    return line:find("^%s*#%s*if") or line:find("^%s*#%s*elif")
end

-- Whether every compiler gets to see it; the others are for gcc and clang.
local function is_for_all(path)
    return not path:find("/posix/") and not path:find("/linux/") and not path:find("/macos/")
        and not path:find("/kqueue/")
end

-- In if ((a = b)) and its like, where Visual Studio wants a comparison as well.
local function has_assignment_as_condition(line)
    if not line:find("%f[%w]if%s*%(") and not line:find("%f[%w]while%s*%(") then
        return false
    end
    for at in line:gmatch("[(!&|]%s*()%(") do
        local inner, next = line:match("^(%b())%s*(.)", at)
        local bare = inner and inner:sub(2, -2):gsub("%b()", "")
        if bare and bare:find("[^=!<>]=[^=]") and next:find("[)&|]") then
            return true
        end
    end
    return false
end

local function check_forms(line)
    for _, form in ipairs(FOREIGN_FORMS) do
        if line:find(form[1]) then
            return "not plain C11 for every compiler: " .. form[2]
        end
    end
    return has_assignment_as_condition(line)
        and "an assignment as a condition, without a comparison" or nil
end

local function check_words(path, line, is_condition)
    local is_compiler_header = path == "platform/include/plat/compiler.h"
        or path == "scripts/process_lua.h"
    local is_program, for_all = path:find("^src/"), is_for_all(path) and not is_compiler_header
    for word, past in line:gmatch("([%a_][%w_]*)()") do
        if is_condition and SYSTEMS[word] then
            return "a condition on the operating system: " .. word
        elseif is_condition and COMPILERS[word] and not is_compiler_header then
            return "a condition on the compiler, which belongs into plat/compiler.h: " .. word
        elseif for_all and FOREIGN_WORDS[word] then
            return "not plain C11 for every compiler: " .. word
        elseif is_program and FOREIGN_CALLS[word] and line:find("^%s*%(", past)
            and not line:sub(1, past - #word - 1):find("[%.>]$") then
            return "a call past plat: " .. word
        end
    end
    return for_all and check_forms(line) or nil
end

-- Returns the violations in one source as "path:line: what"; exists(path) tells which files are
-- there, all paths being relative to the root.
function includes.check(path, text, exists)
    local layer, found, number, first, continues = layer_of(path), {}, 0, nil, false
    local function report(what)
        found[#found + 1] = ("%s:%d: %s"):format(path, number, what)
    end
    if not layer then
        report("a folder that no rule is known for")
        return found
    end
    for line in (code_of(text) .. "\n"):gmatch("(.-)\r?\n") do
        number = number + 1
        local kind, name = line:match('^%s*#%s*include%s*([<"])([^>"]*)')
        if kind then
            local what = check_include(layer, path, kind, name, exists)
            if what then
                report(what)
            end
            local own = own_headers(path, exists)
            if not first and own and not set.of(own)[name] then
                report("its own header comes first: " .. own)
            end
            first = name
        end
        local is_condition = continues or begins_condition(line)
        local what = check_words(path, line, is_condition)
        if what then
            report(what)
        end
        continues = is_condition and line:find("\\$")
    end
    return found
end

local function read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("a")
    file:close()
    return text
end

function includes.main(root)
    local sources, files, count, bad = {}, {}, 0, 0
    local list = assert(io.popen("cd '" .. root .. "' && find platform src tests scripts -type f"))
    for path in list:lines() do
        files[path] = true
        if path:find("%.[ch]$") and not path:find("^tests/fuzz/corpus") then
            sources[#sources + 1] = path
        end
    end
    list:close()
    table.sort(sources)
    local function exists(path)
        return files[path]
    end
    for _, path in ipairs(sources) do
        count = count + 1
        for _, violation in ipairs(includes.check(path, read(root .. "/" .. path), exists)) do
            io.stderr:write(violation, "\n")
            bad = bad + 1
        end
    end
    if bad == 0 and count == 0 then
        io.stderr:write("includes.lua: no sources below ", root, "\n")
        return 1
    end
    print(("includes.lua: %d sources, %d violations"):format(count, bad))
    return bad == 0 and 0 or 1
end

if arg and arg[0] and arg[0]:find("includes%.lua$") then
    os.exit(includes.main(arg[1] or arg[0]:gsub("[^/\\]*$", "") .. ".."))
end
return includes
