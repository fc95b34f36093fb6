-- Things in a folder that are no plain files, where the system has them.

local special = {}

local WINDOWS = package.config:sub(1, 1) == "\\"

local function quote(word)
    return "'" .. word:gsub("'", "'\\''") .. "'"
end

local function run(...)
    local words = { ... }
    for at, word in ipairs(words) do
        words[at] = quote(word)
    end
    return os.execute(table.concat(words, " ") .. " 2>/dev/null") == true
end

-- A symbolic link. False where there are none.
function special.link(target, path)
    return not WINDOWS and run("ln", "-s", target, path)
end

-- A named pipe: opening it would wait for ever.
function special.fifo(path)
    return not WINDOWS and run("mkfifo", path)
end

-- Something about a process that Linux tells in /proc/PID/FILE, or nil.
local function proc(pid, name)
    local file = io.open(("/proc/%d/%s"):format(pid, name))
    if not file then
        return nil
    end
    local text = file:read("a")
    file:close()
    return text
end

-- The memory that a process uses, in bytes, or nil where it cannot be told.
function special.memory(pid)
    local text = proc(pid, "status")
    local kilobytes = text and text:match("VmRSS:%s*(%d+) kB")
    return kilobytes and math.tointeger(tonumber(kilobytes)) * 1024
end

-- The processor time that a process has used, in clock ticks of 10 ms, or nil.
function special.ticks(pid)
    local text = proc(pid, "stat")
    if not text then
        return nil
    end
    local user, system = text:match("%) %S" .. (" %S+"):rep(10) .. " (%d+) (%d+)")
    return math.tointeger(tonumber(user) + tonumber(system))
end

-- A launcher that lets a program open only this many files, or nil.
function special.few_files(count)
    if WINDOWS then
        return nil
    end
    return { "sh", "-c", ('ulimit -n %d; exec "$0" "$@"'):format(count) }
end

-- A launcher that sends a program's stdout to a file, apart from its stderr, or nil.
function special.split_output(path)
    if WINDOWS then
        return nil
    end
    return { "sh", "-c", ('exec "$0" "$@" >%s'):format(quote(path)) }
end

local OWN_DISK = [[
mount -t tmpfs -o size=%dm tmpfs '%s' || exit 99
"$0" "$@"; code=$?
echo "left on the disk: $(ls -A '%s')."
exit $code
]]

-- A launcher that gives a program a file system of its own at a folder, of so many megabytes, and
-- prints the names that it has left there. Nil where that takes more rights than we have.
function special.own_disk(folder, megabytes)
    if WINDOWS or not run("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", folder) then
        return nil
    end
    return { "unshare", "-rm", "sh", "-c", OWN_DISK:format(megabytes, folder, folder) }
end

return special
